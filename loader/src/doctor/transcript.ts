/**
 * The transcript of a run: every text, status, error, column, row and time, and what each check observed. Nothing in it
 * identifies an account. Pure.
 */
import { createHash } from 'node:crypto';
import { StorageError } from '@dataloaf/core/errors';
import type { Observed } from './check.ts';
import { VERSION_CHECK } from './checks/facts.ts';
import { type Json, shorten } from './json.ts';
import { maskMessage, maskNames, maskValue, type Names } from './mask.ts';
import type { Outcome, StatementOutcome } from './session.ts';

export type Target = 'stand-in' | 'redshift';

export interface TranscribedCheck {
  readonly id: string;
  readonly asks: string;
  readonly observed: Json;
  readonly ms: number;
  readonly transactions: readonly Json[];
}

export interface Transcript {
  readonly target: Target;
  readonly version: string;
  /** Day of the run, UTC. */
  readonly date: string;
  readonly checks: readonly TranscribedCheck[];
  /** SQL by the number that the statements name it by: most of it is sent many times. */
  readonly texts: Readonly<Record<string, string>>;
}

export interface Recorded {
  readonly startedAt: number;
  readonly observed: readonly Observed[];
  readonly names: Names;
}

export function makeTranscript({ startedAt, observed, names }: Recorded): Transcript {
  const version = versionOf(observed);
  const target = /\bRedshift [\d.]+/.test(version) ? 'redshift' : 'stand-in';
  const texts: Record<string, string> = {};
  const keep = (text: string): string => {
    const masked = maskNames(text, names);
    const key = createHash('md5').update(masked).digest('hex').slice(0, 8);
    texts[key] = masked;
    return key;
  };
  const writer: Writer = { target, names, keep };
  return {
    target,
    version,
    date: new Date(startedAt).toISOString().slice(0, 10),
    checks: observed.map((one) => ({
      id: one.check.id,
      asks: one.check.asks,
      observed: one.observed,
      ms: timeOf(one.ms, writer),
      transactions: one.outcomes.map((outcome) => transactionOf(outcome, writer)),
    })),
    texts: Object.fromEntries(Object.entries(texts).sort(([one], [other]) => (one < other ? -1 : 1))),
  };
}

interface Writer {
  readonly target: Target;
  readonly names: Names;
  /** Keeps a text and returns its number. */
  keep(text: string): string;
}

/** Times of the stand-in say nothing of Redshift, and would change its transcript with each recording. */
const timeOf = (ms: number, { target }: Writer): number => (target === 'redshift' ? ms : 0);

const transactionOf = (outcome: Outcome, writer: Writer): Json => ({
  status: outcome.status,
  ...(outcome.error === undefined ? {} : { error: maskMessage(outcome.error, writer.names) }),
  ms: timeOf(outcome.ms, writer),
  statements: outcome.statements.map((statement) => statementOf(statement, writer)),
});

const statementOf = (statement: StatementOutcome, writer: Writer): Json => ({
  name: statement.name,
  sql: writer.keep(statement.text),
  status: statement.status,
  ms: timeOf(statement.ms, writer),
  ...(statement.error === undefined ? {} : { error: maskMessage(statement.error, writer.names) }),
  ...resultOf(statement, writer),
});

function resultOf({ text, columns, rows }: StatementOutcome, { target, names }: Writer): object {
  // The plans of the stand-in are those of Postgres.
  if (columns.length === 0 || (target === 'stand-in' && text.startsWith('EXPLAIN '))) return {};
  return {
    columns: columns.map(({ name, type, precision, scale, length }) => [name, type, precision, scale, length]),
    rows: rows.map((row) => row.map((cell) => maskValue(shorten(cell), names))),
  };
}

function versionOf(observed: readonly Observed[]): string {
  const outcome = observed.find(({ check }) => check.id === VERSION_CHECK)?.outcomes[0];
  return String(outcome?.statements[0]?.rows[0]?.[0] ?? 'unknown');
}

/** `redshift-1.0.12345-2026-11-25.json`; the stand-in has one transcript, which each recording replaces. */
export function transcriptName({ target, version, date }: Transcript): string {
  if (target === 'stand-in') return 'stand-in.json';
  const number = /\bRedshift ([\d.]+)/.exec(version)?.[1] ?? 'unknown';
  return `redshift-${number}-${date}.json`;
}

/** One line for each statement, so that two recordings can be compared by eye. */
export function renderTranscript(transcript: Transcript): string {
  const { checks, texts, ...facts } = transcript;
  const lines = checks.map(({ transactions, ...check }) => {
    const listed = transactions.map((one) => `    ${JSON.stringify(one)}`).join(',\n');
    const open = JSON.stringify({ ...check, transactions: [] }).slice(0, -2);
    return listed === '' ? `  ${open}]}` : `  ${open}\n${listed}\n  ]}`;
  });
  const head = JSON.stringify(facts).slice(0, -1);
  return `${head},"checks":[\n${lines.join(',\n')}\n],"texts":${JSON.stringify(texts, null, 1)}}\n`;
}

/** @throws StorageError */
export function parseTranscript(text: string, file: string): Transcript {
  const value: unknown = parseJson(text);
  if (isTranscript(value)) return value;
  throw new StorageError('transcript_invalid', `Expected ${file} to be a transcript of the doctor, it is not.`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isTranscript(value: unknown): value is Transcript {
  if (typeof value !== 'object' || value === null) return false;
  const { target, version, date, checks, texts } = value as Partial<Transcript>;
  return (
    (target === 'stand-in' || target === 'redshift') &&
    typeof version === 'string' &&
    typeof date === 'string' &&
    typeof texts === 'object' &&
    Array.isArray(checks) &&
    checks.every((one: Partial<TranscribedCheck>) => typeof one?.id === 'string' && 'observed' in one)
  );
}
