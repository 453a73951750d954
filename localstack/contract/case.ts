/**
 * A case: one rule from AWS's documentation, its source, and what a client observes when it holds. `observe` performs the
 * rule and returns a small JSON value with only what the documentation promises, so that two targets can be compared by
 * value. An error of the service is also an observation: `{status, code}`.
 */
import { isDeepStrictEqual } from 'node:util';
import { messageOf } from '@dataloaf/core/errors';
import type { Service } from './services.ts';
import type { Target } from './target.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export interface CaseFacts {
  /** For example `s3.put-if-absent`. */
  readonly id: string;
  /** What AWS promises, as a sentence that can be false. */
  readonly rule: string;
  /** Page and section of AWS's documentation. */
  readonly source: string;
  readonly expected: Json;
}

export interface Case<Ports> extends CaseFacts {
  observe(ports: Ports): Promise<Json>;
}

/** What the cases of one service need, created on the target, and its removal. */
interface Opened<Ports> {
  readonly ports: Ports;
  close(): Promise<void>;
}

export type Opening<Ports> =
  | { readonly kind: 'opened'; readonly opened: Opened<Ports> }
  /** The target lacks this service; `evidence` is its response. */
  | { readonly kind: 'absent'; readonly evidence: string };

export interface CaseResult {
  readonly id: string;
  readonly observed: Json;
  readonly isAsDocumented: boolean;
}

export type SuiteResult =
  | { readonly kind: 'ran'; readonly service: Service; readonly results: readonly CaseResult[] }
  | { readonly kind: 'absent'; readonly service: Service; readonly evidence: string };

/** The cases of one service, runnable on any target. */
export interface Suite {
  readonly service: Service;
  readonly cases: readonly CaseFacts[];
  run(target: Target): Promise<SuiteResult>;
}

export function suite<Ports>(
  service: Service,
  open: (target: Target) => Promise<Opening<Ports>>,
  cases: readonly Case<Ports>[],
): Suite {
  return {
    service,
    cases,
    run: async (target) => {
      const opening = await open(target);
      if (opening.kind === 'absent') return { kind: 'absent', service, evidence: opening.evidence };
      const { ports, close } = opening.opened;
      const results: CaseResult[] = [];
      try {
        // One after the other: some cases compare a bucket before and after.
        for (const one of cases) results.push(await runCase(one, ports));
      } finally {
        await close();
      }
      return { kind: 'ran', service, results };
    },
  };
}

async function runCase<Ports>(one: Case<Ports>, ports: Ports): Promise<CaseResult> {
  const observed = await one.observe(ports).catch(observeError);
  return { id: one.id, observed, isAsDocumented: isDeepStrictEqual(observed, one.expected) };
}

/** An error from the service, or one that the client threw for an unreadable response. */
export function observeError(error: unknown): Json {
  if (!(error instanceof Error)) return { error: String(error) };
  const metadata: unknown = Reflect.get(error, '$metadata');
  const status =
    typeof metadata === 'object' && metadata !== null ? Reflect.get(metadata, 'httpStatusCode') : undefined;
  return typeof status === 'number'
    ? { status, code: error.name }
    : { error: `${error.name}: ${messageOf(error)}`.slice(0, 200) };
}

/** For rules that promise a refusal but not its code. */
export const statusOf = (call: Promise<unknown>): Promise<Json> =>
  call.then(
    () => ({ status: 200 }),
    (error: unknown) => {
      const observed = observeError(error);
      return typeof observed === 'object' && observed !== null && 'status' in observed
        ? { status: observed['status'] ?? null }
        : observed;
    },
  );

/** For a call that must succeed but whose value the rule does not describe. */
export const accepted = async (call: Promise<unknown>): Promise<Json> => {
  await call;
  return 'accepted';
};
