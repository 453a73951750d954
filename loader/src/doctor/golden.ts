/**
 * The golden corpus: what the API lets through at its limits, as lines of S3, and the lines that only an object put by hand
 * can hold. Pure: every run writes the same bytes.
 */
import { StorageError } from '@dataloaf/core/errors';
import { DEPTH_MAX, DOCUMENT_BYTES_MAX, NAME_BYTES_MAX, STRING_BYTES_MAX } from '@dataloaf/core/limits';
import type { Stream } from '@dataloaf/core/storage-keys';
import { type Arrival, type Line, parseEvent } from '@dataloaf/core/values/event';
import { parseCreate, parseUpdate } from '@dataloaf/core/values/operation';
import type { Parsed } from '@dataloaf/core/values/parsed';

const ARRIVAL: Arrival = { nowMs: Date.UTC(2026, 0, 15, 12), newId: () => 'unused' };
const DAY = '2026-01-15';

/** Lines of two objects of a stream: the second comes with a later load. */
interface Halves {
  readonly first: readonly string[];
  readonly second: readonly string[];
}

const UUID = '019bbc3e-7c00-7000-8000-000000000001';
const deep = (depth: number): unknown => (depth === 0 ? 'end' : { d: deep(depth - 1) });

/** Each value that the border lets through and a warehouse could store differently. */
const VALUES = {
  small: 1e-7,
  smallest: 1e-300,
  fraction: 1234567.891,
  digits: 0.1 + 0.2,
  whole: 9_007_199_254_740_991,
  negative: -0.5,
  yes: true,
  no: false,
  nothing: null,
  list: [1, 'two', [3], { four: 4 }],
  empty: '',
  noncharacter: '\ufffe \ufdd0',
  emoji: '\u{1f600}',
  quote: `it's "quoted" \\ and /slashed/`,
  lines: 'one\ntwo\r\n\tthree',
} as const;

const anEvent = (id: string, more: object = {}): string =>
  lineOf(
    parseEvent(
      { event_id: id, event_name: 'bought', user_id: 'u1', event_created: `${DAY}T08:07:06.005Z`, ...more },
      ARRIVAL,
    ),
  );

const aCreate = (id: string, user: string, attributes: object): string =>
  lineOf(
    parseCreate({ op_id: id, user_id: user, op_at: `${DAY}T09:00:00.000Z`, user_attributes: attributes }, ARRIVAL),
  );

const anUpdate = (id: string, at: string, changes: object): string =>
  lineOf(parseUpdate({ op_id: id, user_id: 'u1', op_at: `${DAY}T${at}:00.000Z`, ...changes }, ARRIVAL));

function lineOf(parsed: Parsed<Line>): string {
  if (parsed.ok) return parsed.value.line;
  throw new StorageError('golden_invalid', `Expected the golden corpus to pass the border, got: ${parsed.message}`);
}

/** Names at their limits: a quote, a blank, 256 bytes. */
const NAMES = { "a 'quoted' name": 1, 'planTier Größe': 2, ['n'.repeat(NAME_BYTES_MAX)]: 3 } as const;

const FIRST_EVENTS = [
  anEvent('e-values', { event_attributes: VALUES }),
  anEvent('e-names', { event_attributes: NAMES }),
  anEvent('e-none'),
  anEvent('e-long', { event_attributes: { text: 'x'.repeat(STRING_BYTES_MAX) } }),
  anEvent('e-deep', { event_attributes: { d: deep(DEPTH_MAX - 2) } }),
  anEvent(UUID, { user_id: 'u2', event_created: '1970-01-01T00:00:00.000Z' }),
  anEvent(`key1:${UUID}`, { user_id: 'Größe \u{1f600}', event_name: 'viewed  twice' }),
  anEvent('E-VALUES', { user_id: 'U1' }),
  anEvent('e-twice', { event_attributes: { a: 1, b: 2 } }),
  anEvent('e-twice', { event_attributes: { b: 2, a: 1 }, event_created: `${DAY}T08:30:00.000Z` }),
  anEvent('e-clash', { event_attributes: { total: 1 } }),
  anEvent('e-clash', { event_attributes: { total: 100 } }),
];

const SECOND_EVENTS = [
  anEvent('e-values', { event_attributes: VALUES }),
  anEvent('e-none', { event_attributes: { late: true } }),
  anEvent('e-new', { user_id: 'u3', event_created: `${DAY}T08:15:00.000Z` }),
  anEvent('e-old', { event_created: '2001-09-09T01:46:40.000Z' }),
];

const FIRST_OPERATIONS = [
  aCreate('o-create', 'u1', { ...VALUES, plan: 'free', visits: 5, text: 'no number' }),
  aCreate('o-names', 'u2', NAMES),
  aCreate('o-empty', 'u4', {}),
  anUpdate('o-set', '10:00', { set: { plan: 'pro', city: 'Oslo' }, unset: ['negative', 'absent'] }),
  anUpdate('o-add', '10:01', { increment: { visits: 2, fresh: 0.1, text: 1 } }),
  anUpdate('o-add-more', '10:02', { increment: { fresh: 0.2, large: 1e15, tiny: 0.000000000001 } }),
];

/** More than a document holds: what does not fit stays out of it. */
const HALF_DOCUMENT = 'y'.repeat(DOCUMENT_BYTES_MAX / 2);

/** Merged directly; a later load has them again. */
export const DIRECT_OPERATIONS = [
  anUpdate('o-direct', '11:00', { set: { plan: 'direct' }, increment: { visits: 10 } }),
  anUpdate('o-set', '10:00', { set: { plan: 'pro', city: 'Oslo' }, unset: ['negative', 'absent'] }),
];

const SECOND_OPERATIONS = [
  ...DIRECT_OPERATIONS,
  anUpdate('o-add', '10:01', { increment: { visits: 2, fresh: 0.1, text: 2 } }),
  anUpdate('o-late', '09:30', { set: { plan: 'trial', city: 'Rome', early: 1 } }),
  anUpdate('o-reset', '10:30', { set: { visits: 100 } }),
  anUpdate('o-after', '10:31', { increment: { visits: 1 } }),
  anUpdate('o-before', '10:29', { increment: { visits: 1_000 } }),
  aCreate('o-large', 'u5', { a: HALF_DOCUMENT, b: HALF_DOCUMENT, c: 'small' }),
];

export const GOLDEN: Readonly<Record<Stream, Halves>> = {
  events: { first: FIRST_EVENTS, second: SECOND_EVENTS },
  users: { first: FIRST_OPERATIONS, second: SECOND_OPERATIONS },
};

/** A line that COPY gets alone, in an object of its own. */
export interface CopyLine {
  readonly name: string;
  readonly asks: string;
  readonly line: string;
  /** Whether the API lets such a line through, so that a COPY must take it. */
  readonly isOurs: boolean;
}

const raw = (attributes: string, more = ''): string =>
  `{"event_id":"e1","event_name":"n","user_id":"u","event_created":"${DAY}T08:07:06.005Z"${more},"event_attributes":${attributes}}\n`;

const ours = (name: string, asks: string, line: string): CopyLine => ({ name, asks, line, isOurs: true });
const foreign = (name: string, asks: string, line: string): CopyLine => ({ name, asks, line, isOurs: false });

export const COPY_LINES: readonly CopyLine[] = [
  ours('values', 'COPY takes every kind of value', anEvent('e1', { event_attributes: VALUES })),
  ours('names', 'COPY takes names with quotes, blanks and 256 bytes', anEvent('e1', { event_attributes: NAMES })),
  ours('empty', 'COPY takes an event without attributes', anEvent('e1')),
  ours(
    'long',
    'COPY takes a string of 60,000 bytes',
    anEvent('e1', { event_attributes: { t: 'x'.repeat(STRING_BYTES_MAX) } }),
  ),
  ours('deep', 'COPY takes 32 levels', anEvent('e1', { event_attributes: { d: deep(DEPTH_MAX - 2) } })),
  ours('no-hash', 'COPY takes a line without a hash, as earlier versions wrote it', raw('{}')),
  ours('epoch', 'COPY takes the earliest time', anEvent('e1', { event_created: '1970-01-01T00:00:00.000Z' })),
  ours('latest', 'COPY takes the latest time', raw('{}').replace(DAY, '2199-12-31')),
  foreign('year-1', 'what becomes of the year 0001', raw('{}').replace(DAY, '0001-01-01')),
  foreign('denormal', 'what becomes of 5e-324, which the API stores as 0', raw('{"n":5e-324}')),
  foreign('tiny', 'what becomes of 1e-310', raw('{"n":1e-310}')),
  foreign('infinite', 'what becomes of 1e400', raw('{"n":1e400}')),
  foreign('long-number', 'what becomes of 30 digits', raw('{"n":123456789012345678901234567890}')),
  foreign('year-1900', 'what becomes of the year 1900', raw('{}').replace(DAY, '1900-01-01')),
  foreign('nul', 'what becomes of U+0000 in a value', raw('{"t":"\\u0000"}')),
  foreign('surrogate', 'what becomes of half a surrogate pair', raw('{"t":"\\ud800"}')),
  foreign('too-long', 'what becomes of an id above its column', raw('{}').replace('e1', 'e'.repeat(65))),
  foreign('missing', 'what becomes of a line without a user', raw('{}').replace('"user_id":"u",', '')),
  foreign('null', 'what becomes of a null where the column has none', raw('{}').replace('"u"', 'null')),
  foreign('repeated', 'what becomes of a name that occurs twice', raw('{"a":1,"a":2}')),
  foreign('unknown', 'what becomes of a member without a column', raw('{}', ',"extra":1')),
  foreign('cut', 'what becomes of a line that ends early', '{"event_id":"e1",\n'),
];
