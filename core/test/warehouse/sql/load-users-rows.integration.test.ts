/** Rows of users: the limits of a document, operations with the id of another user, first sight and last update. */
import { ATTRIBUTES_MAX, DOCUMENT_BYTES_MAX } from '@dataloaf/core/limits';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestLoads, type TestLoads } from './test-loads.ts';
import { attributesOf, aUser, updatesOf, userOf } from './test-users.ts';

let loads: TestLoads;
beforeAll(async () => {
  loads = await startTestLoads();
});
afterAll(() => loads.stop());

describe('a document', () => {
  /** Names of the attributes in the document, and whether some were left out. */
  const namesOf = async (user: string) => {
    const row = await userOf(loads, user);
    return [Object.keys(row?.['user_attributes'] ?? {}).sort(), row?.['attributes_truncated']];
  };
  const names = (length: number): string[] =>
    Array.from({ length }, (_, index) => `a${String(index).padStart(3, '0')}`);

  it('takes 255 attributes in name order, says when some were left out, and takes them when there is room', async () => {
    const user = aUser();
    const all = names(ATTRIBUTES_MAX + 2);
    await loads.load({
      updates: updatesOf(
        user,
        { op_at: '2026-01-01', set: Object.fromEntries(all.slice(100).map((name) => [name, 1])) },
        { op_at: '2026-01-02', set: Object.fromEntries(all.slice(0, 100).map((name) => [name, 1])) },
      ),
    });
    const full = await namesOf(user);

    await loads.load({ updates: updatesOf(user, { op_at: '2026-01-03', unset: all.slice(0, 2) }) });

    expect(full).toEqual([all.slice(0, ATTRIBUTES_MAX), true]);
    expect(await namesOf(user)).toEqual([all.slice(2), false]);
  });

  it('takes 255 attributes without leaving any out', async () => {
    const user = aUser();

    await loads.load({
      updates: updatesOf(user, {
        op_at: '2026-01-01',
        set: Object.fromEntries(names(ATTRIBUTES_MAX).map((name) => [name, 1])),
      }),
    });

    expect(await userOf(loads, user)).toMatchObject({ attributes_truncated: false });
  });

  it('takes 48 KB: an attribute that exceeds them is left out', async () => {
    const [fits, over] = [aUser(), aUser()];
    // `{"a":"...","b":1}`: the text and 14 bytes around it.
    const text = 'x'.repeat(DOCUMENT_BYTES_MAX - 14);

    await loads.load({ updates: updatesOf(fits, { op_at: '2026-01-01', set: { a: text, b: 1 } }) });
    await loads.load({ updates: updatesOf(over, { op_at: '2026-01-01', set: { a: `${text}x`, b: 1, c: 2 } }) });

    expect(await namesOf(fits)).toEqual([['a', 'b'], false]);
    expect(await namesOf(over)).toEqual([['a'], true]);
  });

  it.each([
    ['of 50,000 bytes', 'x'.repeat(50_000)],
    ['whose JSON is longer than the string', '"'.repeat(30_000)],
    ['above 64 KB, which no string of Redshift holds', Array(4).fill('x'.repeat(30_000))],
  ])('leaves out a value %s, and keeps the others', async (_, bio) => {
    const user = aUser();

    await loads.load({ updates: updatesOf(user, { op_at: '2026-01-01', set: { a: 1, bio, name: 'Ada' } }) });
    await loads.load({ updates: updatesOf(user, { op_at: '2026-01-02', increment: { visits: 1 } }) });

    expect(await userOf(loads, user)).toMatchObject({ attributes_truncated: true });
    expect(await attributesOf(loads, user)).toEqual({ a: 1, name: 'Ada', visits: 1 });
  });

  it('takes 255 attributes beside one that does not fit', async () => {
    const user = aUser();
    const small = Object.fromEntries(names(ATTRIBUTES_MAX).map((name) => [name, 1]));

    await loads.load({ updates: updatesOf(user, { op_at: '2026-01-01', set: { a: 'x'.repeat(50_000) } }) });
    await loads.load({ updates: updatesOf(user, { op_at: '2026-01-02', set: small }) });

    expect(await attributesOf(loads, user)).toEqual(small);
  });

  it('takes attributes in name order as long as each fits, and leaves out none that would fit', async () => {
    const size = fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 30_000 }));
    await fc.assert(
      fc.asyncProperty(fc.array(size, { minLength: 1, maxLength: 16 }), async (sizes) => {
        const user = aUser();
        const values = sizes.map((length, index) => [names(16)[index] ?? '', 'x'.repeat(length)] as const);
        const updates = values.map(([name, value]) => ({ op_at: '2026-01-01', set: { [name]: value } }));

        await loads.load({ updates: updatesOf(user, ...updates) });

        expect(Object.keys((await attributesOf(loads, user)) ?? {}).sort()).toEqual(fitting(values));
      }),
      { numRuns: 12, seed: 4 },
    );
  });

  /** The names of what fits, one after the other. A member is its name and value with five more characters and a comma. */
  function fitting(values: readonly (readonly [string, string])[]): readonly string[] {
    let used = 1;
    return values.flatMap(([name, value]) => {
      const bytes = name.length + value.length + 6;
      if (used + bytes > DOCUMENT_BYTES_MAX) return [];
      used += bytes;
      return [name];
    });
  }
});

describe('an op_id', () => {
  it('that another user has is a conflict: not applied, kept once, counted', async () => {
    const [user, other] = [aUser(), aUser()];
    const op_id = `shared-${user}`;
    const second = updatesOf(other, { op_id, op_at: '2026-01-02', set: { plan: 'pro' } });

    const first = await loads.load({ updates: updatesOf(user, { op_id, op_at: '2026-01-01', set: { plan: 'free' } }) });
    const conflict = await loads.load({ updates: second });
    const again = await loads.load({ updates: second });

    expect([first, conflict, again]).toMatchObject([
      { new_ops: 1, op_conflicts: 0 },
      { new_ops: 0, op_conflicts: 1 },
      { new_ops: 0, op_conflicts: 0 },
    ]);
    expect([await attributesOf(loads, user), await userOf(loads, other)]).toEqual([{ plan: 'free' }, undefined]);
    expect(await loads.sql('SELECT user_id FROM dataloaf.op_conflicts WHERE op_id = $1', [op_id])).toEqual([
      { user_id: other },
    ]);
  });
});

describe('a user', () => {
  it('is first seen at the least time of its operations, and updated at the greatest', async () => {
    const user = aUser();
    await loads.load({ updates: updatesOf(user, { op_at: '2026-01-02', set: { a: 1 } }) });

    await loads.load({ updates: updatesOf(user, { op_at: '2026-01-03', set: { a: 2 } }) });
    await loads.load({ updates: updatesOf(user, { op_at: '2026-01-01', set: { a: 3 } }) });

    expect(await userOf(loads, user)).toMatchObject({
      user_attributes: { a: 2 },
      first_seen: '2026-01-01 00:00:00',
      updated_at: '2026-01-03 00:00:00',
    });
  });

  it('that is created without attributes exists', async () => {
    const user = aUser();

    await loads.load({ creates: [{ user_id: user, op_at: '2026-01-01' }] });

    expect(await userOf(loads, user)).toEqual({
      user_attributes: {},
      first_seen: '2026-01-01 00:00:00',
      updated_at: '2026-01-01 00:00:00',
      attributes_truncated: false,
    });
  });

  it('known from an earlier event keeps that first sight, and gains attributes', async () => {
    const user = aUser();
    await loads.load({ events: [{ event_name: 'opened', user_id: user, event_created: '2026-01-01' }] });

    await loads.load({ updates: updatesOf(user, { op_at: '2026-01-02', set: { plan: 'pro' } }) });

    expect(await userOf(loads, user)).toMatchObject({
      user_attributes: { plan: 'pro' },
      first_seen: '2026-01-01 00:00:00',
      updated_at: '2026-01-02 00:00:00',
    });
  });
});
