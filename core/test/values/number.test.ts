import { expect, it } from 'vitest';
import { parseEvent } from '../../src/values/event.ts';
import { parseUpdate } from '../../src/values/operation.ts';
import { NUMBER_CASES } from '../number-cases.ts';

const ARRIVAL = { nowMs: Date.parse('2026-11-22T06:16:03Z'), newId: () => 'new-id' };
const REFUSED = 'number_unsafe';

/** The stored text of the attributes, or the code. */
function storedOf(attributes: string): string {
  const item: unknown = JSON.parse(`{"event_name":"paid","user_id":"u1","event_attributes":${attributes}}`);
  const parsed = parseEvent(item, ARRIVAL);
  return parsed.ok ? (/"event_attributes":(.*),"content_hash"/.exec(parsed.value.line)?.[1] ?? '') : parsed.code;
}

it.each(NUMBER_CASES)('the API makes $stored of $text, at any depth', ({ text, stored }) => {
  expect(storedOf(`{"n":${text}}`)).toBe(stored === undefined ? REFUSED : `{"n":${stored}}`);
  expect(storedOf(`{"a":[{"n":[${text}]}]}`)).toBe(stored === undefined ? REFUSED : `{"a":[{"n":[${stored}]}]}`);
});

it.each(NUMBER_CASES)('the API sets an attribute of a user to $stored for $text', ({ text, stored }) => {
  const parsed = parseUpdate(JSON.parse(`{"user_id":"u1","set":{"n":${text}}}`), ARRIVAL);

  expect(parsed).toMatchObject(
    stored === undefined
      ? { ok: false, code: REFUSED }
      : { ok: true, value: { line: expect.stringContaining(`"set_attributes":{"n":${stored}}`) } },
  );
});
