import { createHash } from 'node:crypto';
import { ID_BYTES_MAX } from '@dataloaf/core/limits';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Mapping } from '../../../../src/cli/import/read/mapping.ts';
import type { MappedEvent } from '../../../../src/cli/import/read/outcome.ts';
import { hashedIds, importHash, ownIds } from '../../../../src/cli/import/send/event-id.ts';

const anEvent = (changes: Partial<MappedEvent>): MappedEvent => ({
  line: 2,
  ownId: 'x',
  name: 'paid',
  userId: 'u',
  timestamp: undefined,
  attributes: {},
  ...changes,
});

const column = fc.string({ minLength: 1, maxLength: 8 });
const mapping: fc.Arbitrary<Mapping> = fc.record({
  event: fc.oneof(
    column.map((name) => ({ kind: 'constant' as const, name })),
    column.map((name) => ({ kind: 'column' as const, column: name })),
  ),
  user: column,
  time: fc.option(column, { nil: undefined }),
  id: fc.constant(undefined),
});
const input = fc.record({ content: fc.string(), mapping, format: fc.constantFrom('csv' as const, 'ndjson' as const) });
type Input = { content: string; mapping: Mapping; format: 'csv' | 'ndjson' };

const idOf = ({ content, mapping: read, format }: Input, line: number): string =>
  hashedIds(importHash(createHash('sha256').update(content).digest('hex'), read, format)).idOf(line, undefined);

const line = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

describe('ids of imported events', () => {
  it('are the same for the same content, mapping and line, and fit the wire', () => {
    fc.assert(
      fc.property(input, line, (value, at) => {
        const id = idOf(value, at);

        expect(idOf(structuredClone(value), at)).toBe(id);
        expect(Buffer.byteLength(id)).toBeLessThanOrEqual(ID_BYTES_MAX);
      }),
    );
  });

  it('differ as soon as content, mapping, format or line differ', () => {
    fc.assert(
      fc.property(input, input, line, line, (one, other, first, second) => {
        const isSame = JSON.stringify([one, first]) === JSON.stringify([other, second]);

        expect(idOf(one, first) === idOf(other, second)).toBe(isSame);
      }),
    );
  });

  it('distinguish a constant name from a column with that name', () => {
    const base = { user: 'u', time: undefined, id: undefined };

    const constant = importHash('x', { ...base, event: { kind: 'constant', name: 'kind' } }, 'csv');
    const named = importHash('x', { ...base, event: { kind: 'column', column: 'kind' } }, 'csv');

    expect(constant).not.toBe(named);
  });

  it('name their line, but no line of another import', () => {
    const ids = hashedIds('a'.repeat(32));

    expect(ids.lineOf(ids.idOf(12, undefined))).toBe(12);
    expect(ids.lineOf(hashedIds('b'.repeat(32)).idOf(12, undefined))).toBeNull();
    expect(ids.lineOf('order-7')).toBeNull();
    expect(ids.lineOf(null)).toBeNull();
  });

  it("are the file's own with --id; the latest are remembered with their lines", () => {
    const ids = ownIds('a'.repeat(32), 2);

    for (const [line, ownId] of [
      [2, 'a'],
      [3, 'b'],
      [4, 'c'],
    ] as const)
      ids.earlier(anEvent({ line, ownId }));

    expect(['a', 'b', 'c'].map((id) => ids.idOf(1, id))).toEqual(['a', 'b', 'c']);
    expect(['a', 'b', 'c'].map((id) => ids.lineOf(id))).toEqual([null, 3, 4]);
  });

  it('are made from content and line where a line has none', () => {
    const ids = ownIds('a'.repeat(32));

    expect(ids.idOf(7, undefined)).toBe(`${'a'.repeat(32)}-7`);
    expect(ids.lineOf(ids.idOf(7, undefined))).toBe(7);
  });
});

describe('an id that comes again', () => {
  it.each([
    ['the same content, its attributes in another order', { attributes: { b: 2, a: { c: 1 } } }, true],
    ['another attribute', { attributes: { a: { c: 2 }, b: 2 } }, false],
    ['another name', { name: 'left' }, false],
    ['another user', { userId: 'v' }, false],
    ['another time', { timestamp: 1 }, false],
  ])('with %s is found with its earlier line', (_, changes, isSame) => {
    const ids = ownIds('a'.repeat(32));
    ids.earlier(anEvent({ attributes: { a: { c: 1 }, b: 2 } }));

    const earlier = ids.earlier(anEvent({ line: 9, attributes: { a: { c: 1 }, b: 2 }, ...changes }));

    expect(earlier).toEqual({ line: 2, isSame });
  });
});
