import { createHash } from 'node:crypto';
import { ID_BYTES_MAX } from '@dataloaf/core/limits';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Mapping } from '../../../../src/cli/import/read/mapping.ts';
import { hashedIds, importHash, ownIds } from '../../../../src/cli/import/send/event-id.ts';

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

  it("are the file's own with --id; the latest lines are remembered", () => {
    const ids = ownIds(2);

    expect([ids.idOf(2, 'a'), ids.idOf(3, 'b'), ids.idOf(4, 'c')]).toEqual(['a', 'b', 'c']);
    expect([ids.lineOf('a'), ids.lineOf('b'), ids.lineOf('c')]).toEqual([null, 3, 4]);
  });
});
