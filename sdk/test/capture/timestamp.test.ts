import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { parseTimestamp } from '../../src/capture/timestamp.ts';

const NOON = '2026-11-25T12:00:00.000Z';
const NOON_MS = Date.parse(NOON);

describe('timestamp', () => {
  it.each([
    ['a Date', new Date(NOON)],
    ['a Date of another realm, such as the sandbox of a test', runInNewContext(`new Date('${NOON}')`)],
    ['a Date of a subclass', new (class Day extends Date {})(NOON)],
    ['milliseconds', NOON_MS],
    ['ISO 8601', NOON],
  ])('may be %s', (_, value) => {
    expect(parseTimestamp(value)).toEqual({ ok: true, value: NOON_MS });
  });

  it.each([
    ['an invalid Date of another realm', runInNewContext("new Date('x')")],
    ['an object that only inherits from Date', Object.create(Date.prototype)],
    ['null', null],
  ])('may not be %s', (_, value) => {
    expect(parseTimestamp(value)).toMatchObject({ ok: false, code: 'time_invalid' });
  });
});
