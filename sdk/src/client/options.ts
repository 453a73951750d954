/**
 * Checks the options of the constructor and fills in the defaults. One ConfigError names all problems: the option, the
 * rule and the value. The server key is never shown.
 */
import type { Agent } from 'node:http';
import { URL } from 'node:url';
import { ConfigError } from '@dataloaf/core/errors';
import { BODY_BYTES_MAX, ITEMS_PER_REQUEST_MAX, KEY_BYTES_MAX } from '@dataloaf/core/limits';
import { isStandardSchema } from '../capture/standard-schema.ts';
import type { BeforeSend, DataLoafOptions, StandardSchema } from '../types.ts';
import type { SdkEnv } from './env.ts';
import { isLogger } from './logger.ts';

export interface ResolvedOptions {
  readonly endpoint: URL;
  readonly serverKey: string;
  readonly agent: Agent | undefined;
  readonly dir: string;
  readonly durability: 'os' | 'fsync' | 'memory';
  readonly flushAt: number;
  readonly flushInterval: number;
  readonly maxBatchBytes: number;
  readonly maxInFlight: number;
  readonly retry: { readonly minDelay: number; readonly maxDelay: number };
  readonly maxMemoryBytes: number;
  readonly maxDiskBytes: number;
  readonly overflow: 'drop-newest' | 'drop-oldest';
  readonly schemas: ReadonlyMap<string, StandardSchema>;
  readonly beforeSend: readonly BeforeSend[];
  readonly redact: readonly string[];
  readonly sampling: ReadonlyMap<string, number>;
  readonly disabled: boolean;
}

const NAMES: ReadonlySet<string> = new Set<keyof DataLoafOptions>([
  'endpoint',
  'serverKey',
  'agent',
  'dir',
  'durability',
  'flushAt',
  'flushInterval',
  'maxBatchBytes',
  'maxInFlight',
  'retry',
  'maxMemoryBytes',
  'maxDiskBytes',
  'overflow',
  'schemas',
  'beforeSend',
  'redact',
  'sampling',
  'onError',
  'onDrop',
  'onDelivered',
  'onDegraded',
  'logger',
  'disabled',
]);
const CALLBACKS = ['onError', 'onDrop', 'onDelivered', 'onDegraded'] as const;
const HOUR_MS = 3_600_000;
const KEY_SHAPE = /^dl_s_[\x21-\x7e]+$/;

/** @throws ConfigError that names every wrong option. */
export function resolveOptions<Events extends object>(options: DataLoafOptions<Events>, env: SdkEnv): ResolvedOptions {
  const check = new Check(options);
  for (const name of Object.keys(options)) {
    if (!NAMES.has(name)) check.fail(name, 'is not a DataLoaf option; remove it or fix the spelling');
  }
  for (const name of CALLBACKS) check.callback(name);
  checkLogger(check, options.logger);
  const disabled = check.flag('disabled');
  const endpoint = parseEndpoint(check, { value: options.endpoint ?? env.endpoint, disabled });
  const resolved: ResolvedOptions = {
    endpoint,
    serverKey: parseKey(check, { value: options.serverKey ?? env.serverKey, disabled }),
    agent: parseAgent(check, { agent: options.agent, endpoint }),
    dir: parseDir(check, options.dir),
    durability: check.oneOf('durability', ['os', 'fsync', 'memory']),
    flushAt: check.whole('flushAt', { min: 1, max: ITEMS_PER_REQUEST_MAX, fallback: ITEMS_PER_REQUEST_MAX }),
    flushInterval: check.whole('flushInterval', { min: 0, max: HOUR_MS, fallback: 1_000 }),
    maxBatchBytes: check.whole('maxBatchBytes', { min: 1_024, max: BODY_BYTES_MAX, fallback: 1_000_000 }),
    maxInFlight: check.whole('maxInFlight', { min: 1, max: 64, fallback: 4 }),
    retry: parseRetry(check, options.retry),
    maxMemoryBytes: check.whole('maxMemoryBytes', { min: 65_536, max: 2 ** 40, fallback: 32 * 2 ** 20 }),
    maxDiskBytes: check.whole('maxDiskBytes', { min: 2 ** 20, max: 2 ** 50, fallback: 2 ** 30 }),
    overflow: check.oneOf('overflow', ['drop-newest', 'drop-oldest']),
    schemas: parseSchemas(check, options.schemas),
    beforeSend: parseBeforeSend(check, options.beforeSend),
    redact: parseRedact(check, options.redact),
    sampling: parseSampling(check, options.sampling),
    disabled,
  };
  check.assertNoProblems();
  return resolved;
}

/** Collects problems, so that one error reports all of them. */
class Check {
  readonly #options: Readonly<Record<string, unknown>>;
  readonly #problems: string[] = [];

  constructor(options: object) {
    this.#options = { ...options };
  }

  fail(name: string, rule: string): void {
    this.#problems.push(`option "${name}" ${rule}`);
  }

  expect(name: string, expected: string, value: unknown): void {
    this.fail(name, `must be ${expected}, got ${show(value)}`);
  }

  callback(name: string): void {
    const value = this.#options[name];
    if (value !== undefined && typeof value !== 'function') this.expect(name, 'a function', value);
  }

  flag(name: string): boolean {
    const value = this.#options[name] ?? false;
    if (typeof value !== 'boolean') this.expect(name, 'true or false', value);
    return value === true;
  }

  /** The first choice is the default. */
  oneOf<const Choice extends string>(name: string, choices: readonly [Choice, ...Choice[]]): Choice {
    const value = this.#options[name] ?? choices[0];
    const found = choices.find((choice) => choice === value);
    if (found === undefined) this.expect(name, `one of ${choices.join(', ')}`, value);
    return found ?? choices[0];
  }

  whole(name: string, rule: { min: number; max: number; fallback: number }): number {
    return this.wholeValue(name, this.#options[name], rule);
  }

  wholeValue(name: string, given: unknown, rule: { min: number; max: number; fallback: number }): number {
    const value = given ?? rule.fallback;
    if (typeof value === 'number' && Number.isInteger(value) && value >= rule.min && value <= rule.max) return value;
    this.expect(name, `a whole number from ${rule.min} to ${rule.max}`, value);
    return rule.fallback;
  }

  assertNoProblems(): void {
    if (this.#problems.length === 0) return;
    throw new ConfigError('options_invalid', `DataLoaf: ${this.#problems.join('; ')}.`, {
      hint: 'The README of @dataloaf/sdk lists every option and its default.',
    });
  }
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 100));
  if (value === null || typeof value !== 'object') return String(value);
  return Array.isArray(value) ? 'an array' : 'an object';
}

function parseEndpoint(check: Check, given: { value: unknown; disabled: boolean }): URL {
  const placeholder = new URL('http://127.0.0.1:9');
  if (given.value === undefined && given.disabled) return placeholder;
  const rule = 'an http or https URL without query, fragment or password (or set DATALOAF_ENDPOINT)';
  const url = typeof given.value === 'string' && URL.canParse(given.value) ? new URL(given.value) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    check.expect('endpoint', rule, given.value);
    return placeholder;
  }
  // The value is not shown: the wrong part of it may be a secret.
  if (url.search || url.hash || url.username || url.password) check.fail('endpoint', `must be ${rule}`);
  return url;
}

function parseKey(check: Check, given: { value: unknown; disabled: boolean }): string {
  const { value } = given;
  if (value === undefined && given.disabled) return '';
  if (typeof value === 'string' && value.length <= KEY_BYTES_MAX && KEY_SHAPE.test(value)) return value;
  const rule = `must be a server key, dl_s_..., of at most ${KEY_BYTES_MAX} characters (or set DATALOAF_SERVER_KEY)`;
  check.fail('serverKey', `${rule}, got ${typeof value === 'string' ? describeKey(value) : show(value)}`);
  return '';
}

/** What is wrong with a key, without showing any of it. */
function describeKey(value: string): string {
  const core = value.trim().replace(/^Bearer\s+/i, '');
  const bare = core.replace(/^(["'`])(.*)\1$/s, '$2').trim();
  if (bare.startsWith('dl_b_')) return 'a browser key';
  if (!KEY_SHAPE.test(bare) || bare.length > KEY_BYTES_MAX) return describeOtherKey(value, bare);
  if (bare !== core) return 'a key in quotes; remove them';
  if (core !== value.trim()) return 'a key after "Bearer"; remove that word';
  const ends = [value !== value.trimStart() && 'the beginning', value !== value.trimEnd() && 'the end'].filter(Boolean);
  return `a key with ${/[\r\n]/.test(value) ? 'a newline' : 'a blank'} at ${ends.join(' and ')}; remove it`;
}

function describeOtherKey(value: string, bare: string): string {
  if (bare === '') return value === '' ? 'an empty string' : 'a string of blanks';
  const other = `another string of ${value.length} characters`;
  if (/[\r\n]/.test(bare)) return `${other} with a newline inside`;
  return /[^\x21-\x7e]/.test(bare) ? `${other} with a blank or another character that no key has` : other;
}

/** By shape: it may come from another library, or from another copy of Node's. */
function parseAgent(check: Check, { agent, endpoint }: { agent: unknown; endpoint: URL }): Agent | undefined {
  if (agent === undefined) return undefined;
  const rule = `an ${endpoint.protocol.slice(0, -1)}.Agent, because the endpoint is ${endpoint.protocol}`;
  if (!isAgent(agent)) {
    check.expect('agent', rule, agent);
    return undefined;
  }
  // Agents of libraries that serve both protocols find out which by a getter.
  const protocol: unknown = Object.getOwnPropertyDescriptor(agent, 'protocol')?.value;
  if (protocol !== undefined && protocol !== endpoint.protocol)
    check.fail('agent', `must be ${rule}, got one for ${protocol}`);
  return agent;
}

function isAgent(value: unknown): value is Agent {
  return typeof value === 'object' && value !== null && 'addRequest' in value && typeof value.addRequest === 'function';
}

function parseDir(check: Check, value: unknown): string {
  const dir = value ?? './.dataloaf-journal';
  if (typeof dir === 'string' && dir.trim() !== '' && !dir.includes('\0')) return dir;
  check.expect('dir', 'a folder path', dir);
  return '';
}

function parseRetry(check: Check, value: DataLoafOptions['retry']): ResolvedOptions['retry'] {
  const given: unknown = value ?? {};
  if (typeof given !== 'object' || given === null) check.expect('retry', 'an object', given);
  const minDelay = check.wholeValue('retry.minDelay', value?.minDelay, { min: 1, max: HOUR_MS, fallback: 250 });
  const fallback = Math.max(60_000, minDelay);
  const maxDelay = check.wholeValue('retry.maxDelay', value?.maxDelay, { min: minDelay, max: HOUR_MS, fallback });
  return { minDelay, maxDelay };
}

function parseBeforeSend(check: Check, value: DataLoafOptions['beforeSend']): readonly BeforeSend[] {
  const list: readonly BeforeSend[] = typeof value === 'function' ? [value] : (value ?? []);
  if (Array.isArray(list) && list.every((entry) => typeof entry === 'function')) return [...list];
  check.expect('beforeSend', 'a function or an array of functions', value);
  return [];
}

function parseSchemas(check: Check, value: unknown): ReadonlyMap<string, StandardSchema> {
  const schemas = new Map<string, StandardSchema>();
  if (value === undefined) return schemas;
  if (typeof value !== 'object' || value === null) {
    check.expect('schemas', 'an object with event names as keys and schemas as values', value);
    return schemas;
  }
  for (const [name, schema] of Object.entries(value)) {
    if (isStandardSchema(schema)) schemas.set(name, schema);
    else if (schema !== undefined) check.expect(`schemas.${name}`, 'a Standard Schema, version 1', schema);
  }
  return schemas;
}

function parseRedact(check: Check, value: unknown): readonly string[] {
  const list = value ?? [];
  const isPath = (entry: unknown): boolean =>
    typeof entry === 'string' && entry.split('.').every((part) => part !== '');
  if (Array.isArray(list) && list.every(isPath)) return list.map(String);
  check.expect(
    'redact',
    'an array of dotted paths',
    Array.isArray(list) ? list.find((entry) => !isPath(entry)) : value,
  );
  return [];
}

function parseSampling(check: Check, value: unknown): ReadonlyMap<string, number> {
  const rates = new Map<string, number>();
  const given = value ?? {};
  if (typeof given !== 'object' || Array.isArray(given)) {
    check.expect('sampling', 'an object with event names as keys and shares from 0 to 1 as values', value);
    return rates;
  }
  for (const [name, rate] of Object.entries(given)) {
    if (rate === undefined) continue;
    if (typeof rate === 'number' && rate >= 0 && rate <= 1) rates.set(name, rate);
    else check.expect(`sampling.${name}`, 'a number from 0 to 1', rate);
  }
  return rates;
}

function checkLogger(check: Check, logger: unknown): void {
  if (logger === undefined || isLogger(logger)) return;
  check.expect('logger', 'a pino logger (debug, info, warn, error)', logger);
}
