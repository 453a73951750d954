import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDeadLetter, parseDeadLetter } from '../../src/delivery/dead-letter.ts';
import { textOf } from '../../src/journal/record.ts';
import type { ItemKind } from '../../src/types.ts';

const AT = new Date('2026-11-22T10:00:00Z');

function lineOf(kind: ItemKind, payload: string, reason = { code: 'name_invalid', message: 'no' }): string {
  const source = Buffer.from(payload);
  return formatDeadLetter({ item: { kind, source, start: 0, bytes: source.length }, ...reason }, AT);
}

const payloadIn = (line: string): string | undefined => {
  const letter = parseDeadLetter(line);
  return letter && textOf(letter.item);
};

describe('dead letter', () => {
  it('gives back the bytes of the item and the reason, whatever they contain', () => {
    const attributes = fc.dictionary(fc.string(), fc.jsonValue());

    fc.assert(
      fc.property(fc.string(), fc.string(), attributes, (code, message, event_attributes) => {
        const payload = JSON.stringify({ event_id: '"item":', event_attributes, 1: ',"item":{}' });

        const letter = parseDeadLetter(lineOf('event', payload, { code, message }));

        expect([letter && textOf(letter.item), letter?.code, letter?.message]).toEqual([payload, code, message]);
      }),
      { seed: 11, numRuns: 200 },
    );
  });

  it('keeps the order and the spelling of numbers in the item', () => {
    const payload = '{"op_id":"a","user_id":"u","set":{"b":1.50,"10":1,"2":1e3}}';

    expect(payloadIn(lineOf('update', payload))).toBe(payload);
  });

  it('reads a line that a person has edited', () => {
    const line = '{ "item": { "event_id": "a", "event_name": "paid", "item": {"event_id": "a"} }, "kind": "event" }';

    expect(payloadIn(line)).toBe('{"event_id":"a","event_name":"paid","item":{"event_id":"a"}}');
  });

  it.each([
    ['cut', lineOf('event', '{"event_id":"a"}').slice(0, -5)],
    ['of another kind', '{"kind":"page","code":"x","item":{"event_id":"a"}}'],
    ['without an id', lineOf('event', '{"event_name":"paid"}')],
    ['with the id of another kind', lineOf('user', '{"event_id":"a"}')],
    ['without an item', '{"kind":"event","code":"x"}'],
    ['with null', '{"kind":"event","item":null}'],
    ['longer than an item may be', lineOf('event', `{"event_id":"a","x":"${'x'.repeat(262_144)}"}`)],
    ['no object', '5'],
  ])('does not take a line for an item when it is %s', (_, line) => {
    expect(parseDeadLetter(line)).toBeUndefined();
  });
});
