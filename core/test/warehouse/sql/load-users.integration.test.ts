/** The fold of operations into attributes, whatever their order and however they are divided into loads. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestLoads, type TestLoads } from './test-loads.ts';
import { attributesOf, aUser, type Change, updatesOf, userOf } from './test-users.ts';

let loads: TestLoads;
beforeAll(async () => {
  loads = await startTestLoads();
});
afterAll(() => loads.stop());

describe('a set', () => {
  it('of the latest op_at wins per attribute, in one load', async () => {
    const user = aUser();

    await loads.load({
      updates: updatesOf(
        user,
        { op_at: '2026-01-02', set: { plan: 'pro', city: 'Oslo' } },
        { op_at: '2026-01-01', set: { plan: 'free', age: 30 } },
      ),
    });

    expect(await attributesOf(loads, user)).toEqual({ plan: 'pro', city: 'Oslo', age: 30 });
  });

  it('that is older than the loaded one loses, and one that is newer wins', async () => {
    const user = aUser();
    await loads.load({ updates: updatesOf(user, { op_at: '2026-01-02', set: { plan: 'pro', city: 'Oslo' } }) });

    await loads.load({ updates: updatesOf(user, { op_at: '2026-01-01', set: { plan: 'free' } }) });
    await loads.load({ updates: updatesOf(user, { op_at: '2026-01-03', set: { city: 'Rome' } }) });

    expect(await attributesOf(loads, user)).toEqual({ plan: 'pro', city: 'Rome' });
  });

  it('of the greater op_id wins at the same instant, in one load and across loads', async () => {
    const [user, other] = [aUser(), aUser()];
    const [a, b] = [
      { op_at: '2026-01-01', set: { plan: 'a' } },
      { op_at: '2026-01-01', set: { plan: 'b' } },
    ];

    await loads.load({
      updates: [...updatesOf(user, { ...b, op_id: `${user}-b` }), ...updatesOf(user, { ...a, op_id: `${user}-a` })],
    });
    await loads.load({ updates: updatesOf(other, { ...b, op_id: `${other}-b` }) });
    await loads.load({ updates: updatesOf(other, { ...a, op_id: `${other}-a` }) });

    expect([await attributesOf(loads, user), await attributesOf(loads, other)]).toEqual([{ plan: 'b' }, { plan: 'b' }]);
  });

  it('keeps every JSON value', async () => {
    const user = aUser();
    const set = { text: 'ä"\\', number: 1.5, yes: true, list: [1, [2], { a: null }], object: { b: {} }, empty: '' };

    await loads.load({ updates: updatesOf(user, { op_at: '2026-01-01', set }) });

    expect(await attributesOf(loads, user)).toEqual(set);
  });

  it('touches no other user', async () => {
    const [user, other] = [aUser(), aUser()];
    await loads.load({ updates: updatesOf(other, { op_at: '2026-01-01', set: { plan: 'free' } }) });
    const before = await userOf(loads, other);

    await loads.load({ updates: updatesOf(user, { op_at: '2026-01-02', set: { plan: 'pro' } }) });

    expect(await userOf(loads, other)).toEqual(before);
  });
});

describe('an unset', () => {
  it('removes the attribute, also when it is written as null', async () => {
    const user = aUser();
    await loads.load({ updates: updatesOf(user, { op_at: '2026-01-01', set: { a: 1, b: 2, c: 3 } }) });

    await loads.load({ updates: updatesOf(user, { op_at: '2026-01-02', unset: ['a'], set: { b: null } }) });

    expect(await attributesOf(loads, user)).toEqual({ c: 3 });
  });

  it('that is newer wins over a set that arrives later', async () => {
    const user = aUser();
    await loads.load({ updates: updatesOf(user, { op_at: '2026-01-02', unset: ['plan'] }) });

    await loads.load({ updates: updatesOf(user, { op_at: '2026-01-01', set: { plan: 'pro' } }) });

    expect(await attributesOf(loads, user)).toEqual({});
  });

  it('ends the increments before it', async () => {
    const user = aUser();

    await loads.load({
      updates: updatesOf(
        user,
        { op_at: '2026-01-01', increment: { n: 5 } },
        { op_at: '2026-01-02', unset: ['n'] },
        { op_at: '2026-01-03', increment: { n: 2 } },
      ),
    });

    expect(await attributesOf(loads, user)).toEqual({ n: 2 });
  });
});

describe('an increment', () => {
  it('starts at zero without a value', async () => {
    const user = aUser();

    await loads.load({ updates: updatesOf(user, { op_at: '2026-01-01', increment: { n: -3 } }) });

    expect(await attributesOf(loads, user)).toEqual({ n: -3 });
  });

  it('counts from the last set before it, and not from an earlier one', async () => {
    const user = aUser();

    await loads.load({
      updates: updatesOf(
        user,
        { op_at: '2026-01-01', increment: { n: 100 } },
        { op_at: '2026-01-02', set: { n: 10.5 } },
        { op_at: '2026-01-03', increment: { n: 1 } },
        { op_at: '2026-01-04', increment: { n: 2 } },
      ),
    });

    expect(await attributesOf(loads, user)).toEqual({ n: 13.5 });
  });

  it('at the instant of a set counts when its op_id is greater', async () => {
    const user = aUser();
    const op_at = '2026-01-01';

    await loads.load({
      updates: [
        ...updatesOf(user, { op_id: `${user}-b`, op_at, set: { n: 10 } }),
        ...updatesOf(user, { op_id: `${user}-a`, op_at, increment: { n: 1 } }),
        ...updatesOf(user, { op_id: `${user}-c`, op_at, increment: { n: 2 } }),
      ],
    });

    expect(await attributesOf(loads, user)).toEqual({ n: 12 });
  });

  it('is summed in DECIMAL, so that 0.1 and 0.2 are 0.3', async () => {
    const user = aUser();

    await loads.load({
      updates: updatesOf(
        user,
        { op_at: '2026-01-01', increment: { n: 0.1 } },
        { op_at: '2026-01-02', increment: { n: 0.2 } },
      ),
    });

    expect(await attributesOf(loads, user)).toEqual({ n: 0.3 });
  });

  it('with the same op_id counts once, in one load and across loads', async () => {
    const user = aUser();
    const updates = updatesOf(user, { op_at: '2026-01-01', increment: { n: 1 } });

    const first = await loads.load({ updates: [...updates, ...updates] });
    const second = await loads.load({ updates });

    expect(await attributesOf(loads, user)).toEqual({ n: 1 });
    expect([first, second]).toMatchObject([
      { staged_ops: 2, new_ops: 1, op_conflicts: 0 },
      { staged_ops: 1, new_ops: 0, op_conflicts: 0 },
    ]);
  });

  it.each([
    ['a string', 'pro'],
    ['a boolean', true],
    ['a list', [1]],
  ])('on %s is ignored and counted', async (_, value) => {
    const user = aUser();
    await loads.load({ updates: updatesOf(user, { op_at: '2026-01-01', set: { v: value } }) });

    const { increments_ignored } = await loads.load({
      updates: updatesOf(user, { op_at: '2026-01-02', increment: { v: 1 } }),
    });

    expect(increments_ignored).toBe(1);
    expect(await attributesOf(loads, user)).toEqual({ v: value });
  });

  it('on a number beyond 10^20 is ignored: the API takes none, and DECIMAL could not hold the sum', async () => {
    const user = aUser();
    const row = { op_id: `${user}-1`, user_id: user, op_at: '2026-01-01T00:00:00.000Z', set_attributes: '{"v":1e21}' };
    await loads.load({ operations: [{ ...row, unset_attributes: null, increment_attributes: null }] });

    const { increments_ignored } = await loads.load({
      updates: updatesOf(user, { op_at: '2026-01-02', increment: { v: 1 } }),
    });

    expect(increments_ignored).toBe(1);
    expect(await attributesOf(loads, user)).toEqual({ v: 1e21 });
  });

  it('that was ignored counts when a late set puts a number between it and the other value', async () => {
    const user = aUser();
    await loads.load({
      updates: updatesOf(
        user,
        { op_at: '2026-01-01', set: { v: 'pro' } },
        { op_at: '2026-01-03', increment: { v: 1 } },
      ),
    });

    const { increments_ignored } = await loads.load({
      updates: updatesOf(user, { op_at: '2026-01-02', set: { v: 10 } }),
    });

    expect(increments_ignored).toBe(0);
    expect(await attributesOf(loads, user)).toEqual({ v: 11 });
  });
});

describe('the order of operations', () => {
  const changes: readonly Change[] = [
    { op_at: '2026-01-01', set: { n: 10, plan: 'free' } },
    { op_at: '2026-01-02', increment: { n: 1, m: 0.5 } },
    { op_at: '2026-01-03', unset: ['plan'], increment: { n: 2 } },
    { op_at: '2026-01-03', set: { plan: 'pro', m: 'text' } },
    { op_at: '2026-01-04', set: { n: 100 }, increment: { m: 1 } },
    { op_at: '2026-01-05', increment: { n: 0.25 } },
  ];
  const expected = {
    user_attributes: { n: 100.25, plan: 'pro', m: 'text' },
    first_seen: '2026-01-01 00:00:00',
    updated_at: '2026-01-05 00:00:00',
    attributes_truncated: false,
  };

  it('and their division into loads and direct merges do not matter', { timeout: 120_000 }, async () => {
    const division = fc.array(fc.constantFrom('same', 'load', 'merge'), { minLength: 6, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...changes.keys()], { minLength: 6 }), division, async (order, steps) => {
        const user = aUser();
        // Ids in the order of time: two operations of one instant keep theirs in every order.
        const updates = order.map((index) => ({ ...changes[index], op_id: `${user}-${index}`, user_id: user }));
        for (const batch of divide(updates, steps)) {
          if (batch.isMerge) await loads.merge(batch.updates);
          else await loads.load({ updates: batch.updates });
        }
        // As in production, the load brings what the merges have applied.
        await loads.load({ updates });

        expect(await userOf(loads, user)).toEqual(expected);
      }),
      { numRuns: 20, seed: 1 },
    );
  });

  function divide(updates: readonly object[], steps: readonly ('same' | 'load' | 'merge')[]) {
    const batches: { readonly isMerge: boolean; readonly updates: object[] }[] = [];
    for (const [index, update] of updates.entries()) {
      const step = steps[index] ?? 'same';
      if (batches.length === 0 || step !== 'same') batches.push({ isMerge: step === 'merge', updates: [] });
      batches.at(-1)?.updates.push(update);
    }
    return batches;
  }
});
