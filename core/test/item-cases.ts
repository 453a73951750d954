/**
 * Items with the verdict that the API and the SDK must both reach: core's tests run them through the parsers of the API,
 * the tests of the SDK through its encoder and a whole client. An item is written as the API receives it; the SDK's test
 * maps it to a capture. A case in which the SDK differs on purpose says so in `sdk`; the rules for that are in core/README.
 * Where the API refuses an item for its attributes, the SDK leaves them out and keeps the item; such cases do not say so.
 */
import type { RejectCode } from '../src/api.ts';

export type ItemKind = 'event' | 'user' | 'update';
/** `body_too_deep`: the API refuses the whole request. */
export type Verdict = 'ok' | 'body_too_deep' | RejectCode;

export interface ItemCase {
  readonly title: string;
  readonly kind: ItemKind;
  readonly item: unknown;
  readonly verdict: Verdict;
  readonly sdk?: { readonly verdict: Verdict; readonly because: string };
}

/** The time of arrival, and of capture, for all cases. */
export const CASES_NOW_MS = Date.parse('2026-11-22T06:16:03.123Z');

const GENERATES_IDS = 'The SDK gives an id to every item.';
const PICKS_FIELDS = 'The SDK reads the fields that it knows and writes the item itself; TypeScript reports others.';
const TAKES_MS = 'The SDK takes milliseconds since 1970 too, and sends ISO 8601.';
const NO_EMPTY_UPDATE = 'A call of the SDK cannot leave `set` out, so an empty change is an absent one.';

const NUL = 'a\0b';
const HALF = 'a\ud800b';
const bytes = (count: number): string => 'x'.repeat(count);
/** Two bytes a character. */
const wide = (count: number): string => 'ä'.repeat(count / 2);
const names = (count: number): object => Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, at]));
/** `depth` objects, one inside the other. */
const nested = (depth: number): object => (depth === 1 ? {} : { in: nested(depth - 1) });
const EVENT_LINE_BYTES = Buffer.byteLength(
  '{"event_id":"e1","event_name":"paid","user_id":"u1","event_created":"2026-11-22T06:16:03.123Z","event_attributes":}\n',
);
/** Attributes of this many bytes as JSON. */
const sized = (total: number): object => {
  const list = Array<string>(4).fill(bytes(59_000));
  const rest = total - JSON.stringify({ list, rest: '' }).length;
  return { list, rest: bytes(rest) };
};
const OPERATION_LINE_BYTES = Buffer.byteLength(
  '{"op_id":"o1","user_id":"u1","op_at":"2026-11-22T06:16:03.123Z","set_attributes":,"unset_attributes":{"b":true,"c":true}}\n',
);

type Rows = readonly (readonly [title: string, fields: unknown, verdict: Verdict, sdk?: ItemCase['sdk']])[];

/** Fields are added to an item that is accepted; anything but an object stands for the whole item. */
function casesOf(kind: ItemKind, base: object, rows: Rows): readonly ItemCase[] {
  return rows.map(([title, fields, verdict, sdk]) => {
    const isFields = typeof fields === 'object' && fields !== null && !Array.isArray(fields);
    const item = isFields ? { ...base, ...fields } : fields;
    return { title: `${kind}: ${title}`, kind, item, verdict, ...(sdk !== undefined && { sdk }) };
  });
}

const because = (verdict: Verdict, reason: string): NonNullable<ItemCase['sdk']> => ({ verdict, because: reason });

const EVENT = { event_id: 'e1', event_name: 'paid', user_id: 'u1', event_created: '2026-11-22T06:16:03.123Z' };
const attributes = (value: unknown): object => ({ event_attributes: value });

const TEXTS: Rows = [
  ['nothing but a name and a user', { event_id: undefined, event_created: undefined }, 'ok'],
  ['null for what is optional', { event_id: null, event_created: null, event_attributes: null }, 'ok'],
  ['a string', 'paid', 'not_an_object'],
  ['an array', [EVENT], 'not_an_object'],
  ['null', null, 'not_an_object'],
  ['a number', 1, 'not_an_object'],
  ['an unknown field', { attributes: {} }, 'field_unknown', because('ok', PICKS_FIELDS)],
  ['an id of 64 bytes', { event_id: bytes(64) }, 'ok'],
  ['an id of 65 bytes', { event_id: bytes(65) }, 'id_invalid'],
  ['an id of 66 bytes in 33 characters', { event_id: wide(66) }, 'id_invalid'],
  ['an id of 64 bytes and a trailing blank', { event_id: `${bytes(64)} ` }, 'ok'],
  ['an id that is empty', { event_id: '' }, 'id_invalid'],
  ['an id of blanks', { event_id: '   ' }, 'id_invalid'],
  ['an id that is a number', { event_id: 7 }, 'id_invalid'],
  ['an id with NUL', { event_id: NUL }, 'id_invalid'],
  ['an id with half a surrogate pair', { event_id: HALF }, 'id_invalid'],
  ['an id that COPY reads as null', { event_id: '\\N' }, 'id_invalid'],
  ['an id with a quote and an escape', { event_id: '"\\N"\n' }, 'ok'],
  ['no name', { event_name: undefined }, 'name_invalid'],
  ['a name that is null', { event_name: null }, 'name_invalid'],
  ['a name that is empty', { event_name: '' }, 'name_invalid'],
  ['a name of blanks', { event_name: '   ' }, 'name_invalid'],
  ['a name of 256 bytes', { event_name: bytes(256) }, 'ok'],
  ['a name of 256 bytes in 128 characters', { event_name: wide(256) }, 'ok'],
  ['a name of 257 bytes', { event_name: bytes(257) }, 'name_invalid'],
  ['a name of 258 bytes in 129 characters', { event_name: wide(258) }, 'name_invalid'],
  ['a name of 256 control characters', { event_name: '\u0001'.repeat(256) }, 'ok'],
  ['a name of 256 bytes and many trailing blanks', { event_name: bytes(256) + ' '.repeat(300_000) }, 'ok'],
  ['a name with blanks in front', { event_name: '  paid' }, 'ok'],
  ['a name with NUL', { event_name: NUL }, 'name_invalid'],
  ['a name with half a surrogate pair', { event_name: HALF }, 'name_invalid'],
  ['a name with a whole surrogate pair', { event_name: '😀' }, 'ok'],
  ['a name that COPY reads as null', { event_name: '\\N' }, 'name_invalid'],
  ['a name that COPY reads as null without its blank', { event_name: '\\N ' }, 'name_invalid'],
  ['no user id', { user_id: undefined }, 'user_id_invalid'],
  ['a user id that is a number', { user_id: 12 }, 'user_id_invalid'],
  ['a user id of 256 bytes', { user_id: bytes(256) }, 'ok'],
  ['a user id of 257 bytes', { user_id: bytes(257) }, 'user_id_invalid'],
  ['a user id of blanks', { user_id: ' ' }, 'user_id_invalid'],
  ['a user id with a trailing blank', { user_id: 'u1 ' }, 'ok'],
  ['a user id with a trailing tab', { user_id: 'u1\t' }, 'ok'],
  ['a user id with NUL', { user_id: NUL }, 'user_id_invalid'],
  ['a user id with half a surrogate pair', { user_id: '\udc00' }, 'user_id_invalid'],
  ['a wrong id, name, user id, time and attribute', { ...wrongAll() }, 'id_invalid'],
  ['a wrong name, user id, time and attribute', { ...wrongAll(), event_id: 'e1' }, 'name_invalid'],
  ['a wrong user id, time and attribute', { ...wrongAll(), event_id: 'e1', event_name: 'x' }, 'user_id_invalid'],
  ['a wrong time and attribute', { ...wrongAll(), event_id: 'e1', event_name: 'x', user_id: 'u1' }, 'time_invalid'],
];

function wrongAll(): object {
  return { event_id: '', event_name: '', user_id: '', event_created: 'x', event_attributes: { '': 1 } };
}

const created = (time: unknown): object => ({ event_created: time });

const TIMES: Rows = [
  ['a date', created('2021-01-12'), 'ok'],
  ['a date and minutes', created('2021-01-12T10:00Z'), 'ok'],
  ['nine digits of a second', created('2021-01-12T10:00:00.123456789Z'), 'ok'],
  ['ten digits of a second', created('2021-01-12T10:00:00.1234567890Z'), 'time_invalid'],
  ['an offset with a colon', created('2021-01-12T10:00:00+05:30'), 'ok'],
  ['an offset without a colon', created('2021-01-12T10:00:00-0530'), 'ok'],
  ['an offset of hours alone', created('2021-01-12T10:00:00+05'), 'time_invalid'],
  ['a time without an offset', created('2021-01-12T10:00:00'), 'ok'],
  ['hour 24, which is midnight', created('2021-01-12T24:00:00Z'), 'ok'],
  ['hour 25', created('2021-01-12T25:00:00Z'), 'time_invalid'],
  ['second 60', created('2021-01-12T10:00:60Z'), 'time_invalid'],
  ['30 February', created('2026-02-30'), 'time_invalid'],
  ['30 February with a time', created('2026-02-30T10:00:00Z'), 'time_invalid'],
  ['29 February of a common year', created('2026-02-29T10:00:00Z'), 'time_invalid'],
  ['29 February of a leap year', created('2024-02-29T10:00:00Z'), 'ok'],
  ['29 February of 1900', created('1900-02-29'), 'time_invalid'],
  ['31 November', created('2025-11-31'), 'time_invalid'],
  ['month 13', created('2025-13-01'), 'time_invalid'],
  ['day 0', created('2025-11-00'), 'time_invalid'],
  ['a blank in place of the T', created('2026-11-22 10:00:00Z'), 'time_invalid'],
  ['a comma before the fraction', created('2026-11-22T10:00:00,5Z'), 'time_invalid'],
  ['a lower-case z', created('2026-11-22T10:00:00z'), 'time_invalid'],
  ['a lower-case t', created('2026-11-22t10:00:00Z'), 'time_invalid'],
  ['blanks around a time', created(' 2026-11-22T10:00:00Z '), 'time_invalid'],
  ['a word', created('yesterday'), 'time_invalid'],
  ['an empty time', created(''), 'time_invalid'],
  ['a time with NUL', created('2026-11-22\0'), 'time_invalid'],
  ['a time that is an object', created({}), 'time_invalid'],
  ['a time that is true', created(true), 'time_invalid'],
  ['milliseconds', created(1_763_792_163_123), 'time_invalid', because('ok', TAKES_MS)],
  ['milliseconds that are no number', created(Number.NaN), 'time_invalid'],
  ['milliseconds before 1970', created(-1), 'time_invalid'],
  ['the first millisecond of 1970', created(0), 'time_invalid', because('ok', TAKES_MS)],
  ['the last millisecond of 2200', created(7_289_654_399_999), 'time_invalid', because('time_in_future', TAKES_MS)],
  ['milliseconds after 2200', created(7_289_654_400_000), 'time_invalid'],
  ['1970', created('1970-01-01'), 'ok'],
  ['1970, but 1969 in UTC', created('1970-01-01T00:00:00+01:00'), 'time_invalid'],
  ['1969, but 1970 in UTC', created('1969-12-31T23:00:00-01:00'), 'ok'],
  ['the last instant of 1969', created('1969-12-31T23:59:59.999Z'), 'time_invalid'],
  ['year 0', created('0000-12-31T23:59:59Z'), 'time_invalid'],
  ['year 1', created('0001-01-01'), 'time_invalid'],
  ['the last instant of 2200, by another rule', created('2200-12-31T23:59:59.999Z'), 'time_in_future'],
  ['2200, but 2201 in UTC', created('2200-12-31T23:59:59-01:00'), 'time_invalid'],
  ['2201', created('2201-01-01'), 'time_invalid'],
  ['year 9999', created('9999-12-31T23:59:59.999Z'), 'time_invalid'],
  ['24 hours ahead', created('2026-11-23T06:16:03.123Z'), 'ok'],
  ['24 hours and a millisecond ahead', created('2026-11-23T06:16:03.124Z'), 'time_in_future'],
  ['a time ahead, and a wrong name', { ...created('2030-01-01'), event_name: '' }, 'name_invalid'],
];

const ATTRIBUTES: Rows = [
  ['no attributes', attributes(undefined), 'ok'],
  ['empty attributes', attributes({}), 'ok'],
  ['attributes that are a string', attributes('x'), 'attributes_invalid'],
  ['attributes that are an array', attributes([1]), 'attributes_invalid'],
  ['attributes that are a number', attributes(0), 'attributes_invalid'],
  ['every kind of JSON value', attributes({ a: [null, true, -0.5, 'x', [], {}], b: { c: '' } }), 'ok'],
  ['an attribute name that is empty', attributes({ '': 1 }), 'attribute_name_invalid'],
  ['a nested name that is empty', attributes({ a: [{ '': 1 }] }), 'attribute_name_invalid'],
  ['an attribute name of 256 bytes', attributes({ [bytes(256)]: 1 }), 'ok'],
  ['an attribute name of 257 bytes', attributes({ [bytes(257)]: 1 }), 'attribute_name_invalid'],
  ['an attribute name of 258 bytes in 129 characters', attributes({ [wide(258)]: 1 }), 'attribute_name_invalid'],
  ['an attribute name with NUL', attributes({ [NUL]: 1 }), 'attribute_name_invalid'],
  ['an attribute name with half a surrogate pair', attributes({ [HALF]: 1 }), 'attribute_name_invalid'],
  ['an attribute name with a whole surrogate pair', attributes({ '😀': 1 }), 'ok'],
  ['an attribute name with a trailing blank', attributes({ 'plan ': 1 }), 'ok'],
  ['attributes named like parts of objects', attributes(JSON.parse('{"__proto__":{"a":1},"constructor":1}')), 'ok'],
  ['an attribute named toJSON', attributes({ toJSON: 'x' }), 'ok'],
  ['values with NUL and half a surrogate pair', attributes({ a: NUL, b: { c: HALF } }), 'ok'],
  ['an empty string', attributes({ a: '' }), 'ok'],
  ['a string of 60,000 bytes', attributes({ a: bytes(60_000) }), 'ok'],
  ['a string of 60,001 bytes', attributes({ a: bytes(60_001) }), 'string_too_long'],
  ['a nested string of 60,002 bytes in 30,001 characters', attributes({ a: [wide(60_002)] }), 'string_too_long'],
  ['a string of 60,001 bytes, one of them NUL', attributes({ a: `${bytes(60_000)}\0` }), 'string_too_long'],
  ['2^53 - 1', attributes({ a: 2 ** 53 - 1 }), 'ok'],
  ['2^53', attributes({ a: 2 ** 53 }), 'number_unsafe'],
  ['-2^53', attributes({ a: [-(2 ** 53)] }), 'number_unsafe'],
  ['a number of 300 digits', attributes({ a: 1e300 }), 'number_unsafe'],
  ['the smallest fraction, which is stored as 0', attributes({ a: 5e-324, b: [5e-324] }), 'ok'],
  ['NaN', attributes({ a: Number.NaN }), 'number_unsafe'],
  ['Infinity', attributes({ a: { b: Number.POSITIVE_INFINITY } }), 'number_unsafe'],
  ['255 attributes', attributes(names(255)), 'ok'],
  ['256 attributes', attributes(names(256)), 'too_many_keys'],
  ['1,000 names in all', attributes({ a: names(999) }), 'ok'],
  ['1,001 names in all', attributes({ a: names(1_000) }), 'too_many_keys'],
  ['1,001 names in all, in an array', attributes({ a: [names(500), names(500)] }), 'too_many_keys'],
  ['a body of depth 32', attributes(nested(29)), 'ok'],
  ['a body of depth 33', attributes(nested(30)), 'body_too_deep'],
  ['a line of 256 KB', attributes(sized(256 * 1024 - EVENT_LINE_BYTES)), 'ok'],
  ['a line of 256 KB and a byte', attributes(sized(256 * 1024 - EVENT_LINE_BYTES + 1)), 'item_too_large'],
  ['300 KB of NUL, which is not stored', attributes({ a: Array(6).fill('\0'.repeat(50_000)) }), 'ok'],
  ['100,000 numbers', attributes({ a: Array(100_000).fill(0) }), 'ok'],
  ['200,000 numbers', attributes({ a: Array(200_000).fill(0) }), 'item_too_large'],
  ['200,000 numbers and a wrong name', attributes({ a: Array(200_000).fill(0), '': 1 }), 'attribute_name_invalid'],
  ['200,000 objects and a wrong name', attributes({ a: Array(200_000).fill({}), '': 1 }), 'attribute_name_invalid'],
  ['a wrong name and a long string inside it', attributes({ '': bytes(60_001) }), 'attribute_name_invalid'],
  ['a long string, then an unsafe number', attributes({ a: bytes(60_001), b: 2 ** 53 }), 'number_unsafe'],
  ['an unsafe number, then a long string', attributes({ a: 2 ** 53, b: bytes(60_001) }), 'string_too_long'],
];

const USER = { op_id: 'o1', user_id: 'u1', op_at: '2026-11-22T06:16:03.123Z' };
const userAttributes = (value: unknown): object => ({ user_attributes: value });

const USERS: Rows = [
  ['no attributes', {}, 'ok'],
  ['null for what is optional', { op_id: null, op_at: null, user_attributes: null }, 'ok'],
  ['the field of an update', { set: {} }, 'field_unknown', because('ok', PICKS_FIELDS)],
  ['an attribute that is null', userAttributes({ plan: null }), 'ok'],
  ['attributes that are an array', userAttributes([]), 'attributes_invalid'],
  ['an attribute name with a trailing blank', userAttributes({ 'plan ': 'pro' }), 'attribute_name_invalid'],
  ['a nested name with a trailing blank', userAttributes({ plan: { 'a ': 1 } }), 'ok'],
  ['a trailing blank, and a long string', userAttributes({ 'a ': 1, b: bytes(60_001) }), 'string_too_long'],
  ['an attribute name with NUL', userAttributes({ [NUL]: 1 }), 'attribute_name_invalid'],
  ['256 attributes', userAttributes(names(256)), 'too_many_keys'],
  ['an id of 65 bytes', { op_id: bytes(65) }, 'id_invalid'],
  ['a user id with NUL', { user_id: NUL }, 'user_id_invalid'],
  ['30 February', { op_at: '2026-02-30T10:00:00Z' }, 'time_invalid'],
  ['a time far ahead, which arrival replaces', { op_at: '2030-01-01T00:00:00Z' }, 'ok'],
  ['the first instant of 1970', { op_at: '1970-01-01T00:00:00Z' }, 'ok'],
  ['the last instant of 1969', { op_at: '1969-12-31T23:59:59.999Z' }, 'time_invalid'],
  ['the last instant of 2200, which arrival replaces', { op_at: '2200-12-31T23:59:59.999Z' }, 'ok'],
  ['2201', { op_at: '2201-01-01T00:00:00Z' }, 'time_invalid'],
  ['a wrong user id and time', { user_id: '', op_at: 'x' }, 'user_id_invalid'],
  ['a line of 256 KB', userAttributes({ ...sized(256 * 1024 - OPERATION_LINE_BYTES), b: null, c: null }), 'ok'],
  [
    'a line of 256 KB and a byte',
    userAttributes({ ...sized(256 * 1024 - OPERATION_LINE_BYTES + 1), b: null, c: null }),
    'item_too_large',
  ],
];

const NO_CHANGE = because('update_empty', NO_EMPTY_UPDATE);

const UPDATES: Rows = [
  ['set, unset and increment', { set: { a: 1 }, unset: ['b'], increment: { c: 0.5 } }, 'ok'],
  ['nothing to change', {}, 'update_empty'],
  ['nothing to change, and a wrong user id', { user_id: '' }, 'update_empty'],
  ['null for all changes', { set: null, unset: null, increment: null }, 'update_empty'],
  ['null for some changes', { set: null, unset: ['a'], increment: null }, 'ok'],
  ['an empty set', { set: {} }, 'ok', NO_CHANGE],
  ['an empty unset', { unset: [] }, 'ok', NO_CHANGE],
  ['an empty increment', { increment: {} }, 'ok', NO_CHANGE],
  ['an empty set, and a wrong user id', { set: {}, user_id: '' }, 'user_id_invalid', NO_CHANGE],
  [
    'an increment without an id',
    { op_id: undefined, increment: { a: 1 } },
    'op_id_required',
    because('ok', GENERATES_IDS),
  ],
  [
    'an increment, and an id that is null',
    { op_id: null, increment: { a: 1 } },
    'op_id_required',
    because('ok', GENERATES_IDS),
  ],
  ['a set without an id', { op_id: undefined, set: { a: 1 } }, 'ok'],
  ['the field of a create', { set: { a: 1 }, user_attributes: {} }, 'field_unknown', because('ok', PICKS_FIELDS)],
  ['a set that is an array', { set: [] }, 'attributes_invalid'],
  ['a set that is a string', { set: 'x' }, 'attributes_invalid'],
  ['an attribute name with a trailing blank', { set: { 'plan ': 1 } }, 'attribute_name_invalid'],
  ['an unset name with a trailing blank', { unset: ['plan '] }, 'ok'],
  ['an increment name with a trailing blank', { increment: { 'n ': 1 } }, 'attribute_name_invalid'],
  ['an increment name with NUL', { increment: { [NUL]: 1 } }, 'attribute_name_invalid'],
  ['an increment name that is empty', { increment: { '': 1 } }, 'attribute_name_invalid'],
  ['an unset name with half a surrogate pair', { unset: [HALF] }, 'attribute_name_invalid'],
  ['an unset name that is empty', { unset: [''] }, 'attribute_name_invalid'],
  ['an unset name of 257 bytes', { unset: [bytes(257)] }, 'attribute_name_invalid'],
  ['unset that is a string', { unset: 'plan' }, 'attributes_invalid'],
  ['unset that is an object', { unset: { plan: true } }, 'attributes_invalid'],
  ['unset with a number', { unset: [1] }, 'attributes_invalid'],
  ['unset with null', { unset: ['a', null] }, 'attributes_invalid'],
  ['255 names to unset', { unset: Object.keys(names(255)) }, 'ok'],
  ['256 names to unset', { unset: Object.keys(names(256)) }, 'too_many_keys'],
  ['an increment that is an array', { increment: [1] }, 'attributes_invalid'],
  ['an increment that is a number', { increment: 1 }, 'attributes_invalid'],
  ['an increment by a string', { increment: { a: '1' } }, 'increment_invalid'],
  ['an increment by null', { increment: { a: null } }, 'increment_invalid'],
  ['an increment by an object', { increment: { a: {} } }, 'increment_invalid'],
  ['an increment by NaN', { increment: { a: Number.NaN } }, 'number_unsafe'],
  ['an increment by 10^15', { increment: { a: 1e15 } }, 'ok'],
  ['an increment by -10^15', { increment: { a: -1e15 } }, 'ok'],
  ['an increment by 10^15 + 1', { increment: { a: 1e15 + 1 } }, 'increment_invalid'],
  ['an increment by 10^16', { increment: { a: 1e16 } }, 'number_unsafe'],
  ['an attribute set and unset', { set: { a: 1 }, unset: ['a'] }, 'attribute_repeated'],
  ['an attribute set to null and unset', { set: { a: null }, unset: ['a'] }, 'attribute_repeated'],
  ['an attribute set and incremented', { set: { a: 1 }, increment: { a: 1 } }, 'attribute_repeated'],
  ['an attribute unset and incremented', { unset: ['a'], increment: { a: 1 } }, 'attribute_repeated'],
  ['an attribute unset twice', { unset: ['a', 'a'] }, 'attribute_repeated'],
  [
    'attributes with the names of object methods',
    { set: { a: 1 }, unset: ['toString'], increment: { valueOf: 1 } },
    'ok',
  ],
  ['30 February', { set: { a: 1 }, op_at: '2026-02-30' }, 'time_invalid'],
  ['a time before 1970', { set: { a: 1 }, op_at: '1969-07-20' }, 'time_invalid'],
  ['a line of 256 KB', { set: sized(256 * 1024 - OPERATION_LINE_BYTES), unset: ['b', 'c'] }, 'ok'],
  [
    'a line of 256 KB and a byte',
    { set: sized(256 * 1024 - OPERATION_LINE_BYTES + 1), unset: ['b', 'c'] },
    'item_too_large',
  ],
];

export const ITEM_CASES: readonly ItemCase[] = [
  ...casesOf('event', EVENT, [...TEXTS, ...TIMES, ...ATTRIBUTES]),
  ...casesOf('user', USER, USERS),
  ...casesOf('update', USER, UPDATES),
];
