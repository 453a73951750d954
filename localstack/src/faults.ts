/**
 * Faults that tests inject. A rule fires for the first `times` calls that match it and is then removed. Rules come from the
 * same process or, as JSON, from `POST /_dataloaf/faults`.
 */
import { StackError } from './stack-error.ts';

/** Whether the fault hits before the work, or after it, when only the response is lost. */
type FaultMoment = 'before' | 'after';

/** In one PutRecordBatch the first `records` records fail with ServiceUnavailableException. */
interface FirehoseRefuses {
  readonly kind: 'firehose_refuses';
  /** Name of the delivery stream; every stream when absent. */
  readonly stream?: string;
  readonly records: number;
  readonly times: number;
}

/** A whole call to Firehose fails with 503. */
interface FirehoseFails {
  readonly kind: 'firehose_fails';
  readonly stream?: string;
  readonly when?: FaultMoment;
  readonly times: number;
}

/** One object is delivered twice, under two keys, which at-least-once delivery permits. */
interface FirehoseDeliversTwice {
  readonly kind: 'firehose_delivers_twice';
  readonly stream?: string;
  readonly times: number;
}

interface S3Fails {
  readonly kind: 's3_fails';
  /** For example `PutObject`. */
  readonly operation: string;
  /** Part of the key; every key when absent. */
  readonly key?: string;
  /** @default 503 */
  readonly status?: number;
  readonly when?: FaultMoment;
  readonly times: number;
}

/** The function's instance dies before the handler runs, or after the handler and before its response arrives. */
interface LambdaCrashes {
  readonly kind: 'lambda_crashes';
  readonly function: string;
  readonly when?: FaultMoment;
  readonly times: number;
}

/** The connection of a request to the gateway breaks: before the work, or after it, in the middle of its response. */
interface ConnectionBreaks {
  readonly kind: 'connection_breaks';
  /** As in the SigV4 scope of the request: `s3`, `firehose`, `redshift-data`. */
  readonly service: string;
  readonly when?: FaultMoment;
  readonly times: number;
}

export type FaultRule =
  | FirehoseRefuses
  | FirehoseFails
  | FirehoseDeliversTwice
  | S3Fails
  | LambdaCrashes
  | ConnectionBreaks;
type FaultKind = FaultRule['kind'];
type RuleOf<Kind extends FaultKind> = Extract<FaultRule, { readonly kind: Kind }>;

export class Faults {
  #rules: { rule: FaultRule; left: number }[] = [];

  add(rules: readonly FaultRule[]): void {
    this.#rules.push(...rules.map((rule) => ({ rule, left: rule.times })));
  }

  clear(): void {
    this.#rules = [];
  }

  /** Rules that can still fire. */
  pending(): readonly FaultRule[] {
    return this.#rules.map(({ rule, left }) => ({ ...rule, times: left }));
  }

  /** Returns the first matching rule of this kind and counts it as fired. */
  take<Kind extends FaultKind>(kind: Kind, fits: (rule: RuleOf<Kind>) => boolean): RuleOf<Kind> | undefined {
    for (const entry of this.#rules) {
      const { rule } = entry;
      if (!isOfKind(rule, kind) || !fits(rule)) continue;
      entry.left -= 1;
      this.#rules = this.#rules.filter(({ left }) => left > 0);
      return rule;
    }
    return undefined;
  }
}

const isOfKind = <Kind extends FaultKind>(rule: FaultRule, kind: Kind): rule is RuleOf<Kind> => rule.kind === kind;

type FieldCheck = 'text' | 'count' | 'moment';
/** Fields of each kind. A `?` marks an optional one. */
const FIELDS: Readonly<Record<FaultKind, Readonly<Record<string, FieldCheck>>>> = {
  firehose_refuses: { 'stream?': 'text', records: 'count', times: 'count' },
  firehose_fails: { 'stream?': 'text', 'when?': 'moment', times: 'count' },
  firehose_delivers_twice: { 'stream?': 'text', times: 'count' },
  s3_fails: { operation: 'text', 'key?': 'text', 'status?': 'count', 'when?': 'moment', times: 'count' },
  lambda_crashes: { function: 'text', 'when?': 'moment', times: 'count' },
  connection_breaks: { service: 'text', 'when?': 'moment', times: 'count' },
};

const CHECKS: Readonly<Record<FieldCheck, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  count: (value) => Number.isSafeInteger(value) && Number(value) > 0,
  moment: (value) => value === 'before' || value === 'after',
};

/** @throws StackError that names the first invalid rule */
export function assertFaultRules(value: unknown): readonly FaultRule[] {
  if (!Array.isArray(value)) throw ruleError('a list of rules', typeof value);
  return value.map((rule: unknown, index) => {
    if (!isFaultRule(rule))
      throw ruleError(`rule ${index} to be one of ${Object.keys(FIELDS).join(', ')}`, describe(rule));
    return rule;
  });
}

function isFaultRule(value: unknown): value is FaultRule {
  if (typeof value !== 'object' || value === null) return false;
  const rule = new Map<string, unknown>(Object.entries(value));
  const kind = rule.get('kind');
  if (typeof kind !== 'string' || !Object.hasOwn(FIELDS, kind)) return false;
  const fields = new Map(Object.entries(FIELDS[kind as FaultKind]));
  for (const [name, check] of fields) {
    const given = rule.get(name.replace('?', ''));
    if (given === undefined ? !name.endsWith('?') : !CHECKS[check](given)) return false;
  }
  return [...rule.keys()].every((name) => name === 'kind' || fields.has(name) || fields.has(`${name}?`));
}

const describe = (value: unknown): string => (JSON.stringify(value) ?? typeof value).slice(0, 200);

const ruleError = (expected: string, got: string): StackError =>
  new StackError('fault_invalid', `Expected ${expected} with its fields, got ${got}.`);
