/**
 * Keys of delivered objects: `<evaluated prefix><stream>-1-<yyyy-MM-dd-HH-mm-ss>-<uuid>.gz`, in UTC, with the arrival time
 * of the oldest record. A pure function of the buffer's identity, so a second delivery after a crash has the same key.
 */
import { createHash } from 'node:crypto';
import { StackError } from '../../stack-error.ts';

export interface BufferIdentity {
  readonly stream: string;
  /** Arrival of the oldest record. */
  readonly openedMs: number;
  readonly id: string;
}

/** Version of the stream's configuration; it never changes here. */
const STREAM_VERSION = 1;
/** Length of `!{firehose:random-string}` (AWS documentation, 2026-11). */
const RANDOM_STRING_LENGTH = 11;
/** AWS appends this to a prefix without a time expression. */
const DEFAULT_TIME_PREFIX = '!{timestamp:yyyy/MM/dd/HH/}';

export function objectKey(prefix: string, identity: BufferIdentity): string {
  const withTime = prefix.includes('!{') ? prefix : `${prefix}${DEFAULT_TIME_PREFIX}`;
  const stamp = formatTime('yyyy-MM-dd-HH-mm-ss', identity.openedMs);
  return `${evaluatePrefix(withTime, identity)}${identity.stream}-${STREAM_VERSION}-${stamp}-${identity.id}.gz`;
}

/** @throws StackError for an unsupported expression */
export function evaluatePrefix(prefix: string, identity: BufferIdentity): string {
  return prefix.replace(/!\{([^:}]*):([^}]*)\}/g, (expression, namespace: string, value: string) => {
    if (namespace === 'timestamp') return formatTime(value, identity.openedMs);
    if (expression === '!{firehose:random-string}') return randomString(identity.id);
    throw new StackError('prefix_unsupported', `Expected a timestamp or random-string, got ${expression}.`);
  });
}

/** The numeric patterns of Java's DateTimeFormatter. Letters in single quotes, and all other characters, are literal. */
function formatTime(pattern: string, ms: number): string {
  const [date = '', time = ''] = new Date(ms).toISOString().split('T');
  const [year = '', month = '', day = ''] = date.split('-');
  const [hour = '', minute = '', second = ''] = time.split(/[:.]/);
  const fields: Readonly<Record<string, string>> = { yyyy: year, MM: month, dd: day, HH: hour, mm: minute, ss: second };
  return pattern.replace(/'([^']*)'|([A-Za-z])\2*/g, (token, quoted: string | undefined) => {
    const field = quoted ?? fields[token];
    if (field === undefined)
      throw new StackError('prefix_unsupported', `Expected yyyy, MM, dd, HH, mm or ss, got ${token}.`);
    return field;
  });
}

const randomString = (id: string): string =>
  createHash('sha256').update(id).digest('hex').slice(0, RANDOM_STRING_LENGTH);
