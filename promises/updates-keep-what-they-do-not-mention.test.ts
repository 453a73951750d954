import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../localstack/test/tools/until.ts';
import { startTestStack, type TestStack } from './tools/test-stack.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack({ directMerge: 'off' });
});
afterAll(() => stack.stop());

const userOf = async (id: string) => {
  const [row] = await stack.sql(
    'SELECT user_attributes, first_seen::text, updated_at::text FROM dataloaf.users WHERE user_id = $1',
    [id],
  );
  return row;
};
const create = (user: object) => stack.call('POST', '/v1/users', { users: [user] });
const update = (change: object) => stack.call('PATCH', '/v1/users', { updates: [change] });

it('a user created, updated and updated again keeps what was not mentioned', async () => {
  await create({
    user_id: 'keeps',
    op_at: '2021-01-01',
    user_attributes: { plan: 'free', city: 'Oslo', langs: ['no'] },
  });
  await stack.load();
  await update({ user_id: 'keeps', op_at: '2021-01-02', set: { plan: 'pro' } });
  await stack.load();
  await update({ user_id: 'keeps', op_at: '2021-01-03', set: { age: 30 }, unset: ['city'] });
  await stack.load();

  expect(await userOf('keeps')).toEqual({
    user_attributes: { plan: 'pro', langs: ['no'], age: 30 },
    first_seen: '2021-01-01 00:00:00',
    updated_at: '2021-01-03 00:00:00',
  });
});

it('an update that arrives before its create wins over it', async () => {
  await update({ user_id: 'early', op_at: '2021-01-02', set: { plan: 'pro' } });
  await stack.load();
  await create({ user_id: 'early', op_at: '2021-01-01', user_attributes: { plan: 'free', city: 'Oslo' } });
  await stack.load();

  expect(await userOf('early')).toEqual({
    user_attributes: { plan: 'pro', city: 'Oslo' },
    first_seen: '2021-01-01 00:00:00',
    updated_at: '2021-01-02 00:00:00',
  });
});

it('an increment that arrives before an earlier set counts from that set', async () => {
  await update({ op_id: 'i-1', user_id: 'counts', op_at: '2021-01-02', increment: { logins: 2 } });
  await stack.load();
  const before = await userOf('counts');
  await create({ user_id: 'counts', op_at: '2021-01-01', user_attributes: { logins: 10.5 } });
  await stack.load();

  expect(before).toMatchObject({ user_attributes: { logins: 2 } });
  expect(await userOf('counts')).toMatchObject({ user_attributes: { logins: 12.5 } });
});

it('an increment that is sent three times counts once', async () => {
  const change = { op_id: 'i-2', user_id: 'once', op_at: '2021-01-02', increment: { logins: 0.1 } };
  await update(change);
  await update(change);
  await stack.load();
  await update(change);
  await stack.load();
  await update({ op_id: 'i-3', user_id: 'once', op_at: '2021-01-03', increment: { logins: 0.2 } });
  await stack.load();

  // In DECIMAL: 0.1 + 0.2 is 0.3.
  expect(await userOf('once')).toMatchObject({ user_attributes: { logins: 0.3 } });
});

it('an increment of a value that is not a number is ignored and counted', async () => {
  await create({
    user_id: 'text',
    op_at: '2021-01-01',
    user_attributes: { plan: 'pro' },
  });
  await update({ op_id: 'i-4', user_id: 'text', op_at: '2021-01-02', increment: { plan: 1 } });
  const answer = await stack.load();

  expect(answer).toMatchObject({ batch: { increments_ignored: 1 } });
  expect(await userOf('text')).toMatchObject({ user_attributes: { plan: 'pro' } });
});

it('a user above the limits keeps attributes in name order as far as they fit, says so, and recovers', async () => {
  const names = Array.from({ length: 300 }, (_, index) => `a${String(index).padStart(3, '0')}`);
  await update({
    user_id: 'many',
    op_at: '2021-01-01',
    set: Object.fromEntries(names.slice(0, 200).map((name) => [name, 1])),
  });
  await update({
    user_id: 'many',
    op_at: '2021-01-02',
    set: Object.fromEntries(names.slice(200).map((name) => [name, 1])),
  });
  await update({
    user_id: 'large',
    op_at: '2021-01-01',
    set: { b: 'x'.repeat(40_000), a: 'y', c: 'z'.repeat(20_000) },
  });
  await update({ user_id: 'huge', op_at: '2021-01-01', set: { a: 1, b: Array(4).fill('x'.repeat(50_000)), c: 2 } });
  await stack.load();
  const truncated = await stack.sql(
    "SELECT user_id, attributes_truncated, (SELECT array_agg(k ORDER BY k) FROM jsonb_object_keys(user_attributes) AS k) AS names FROM dataloaf.users WHERE user_id IN ('many', 'large', 'huge') ORDER BY 1",
  );
  await update({ user_id: 'many', op_at: '2021-01-03', unset: names.slice(0, 100) });
  await stack.load();

  expect(truncated).toEqual([
    { user_id: 'huge', attributes_truncated: true, names: ['a', 'c'] },
    { user_id: 'large', attributes_truncated: true, names: ['a', 'b'] },
    { user_id: 'many', attributes_truncated: true, names: names.slice(0, 255) },
  ]);
  expect(await stack.sql("SELECT attributes_truncated FROM dataloaf.users WHERE user_id = 'many'")).toEqual([
    { attributes_truncated: false },
  ]);
});

it('an attribute named like a JavaScript property is an attribute', async () => {
  await stack.call(
    'PATCH',
    '/v1/users',
    JSON.parse(
      '{"updates":[{"user_id":"trap","set":{"__proto__":"a","constructor":"b","toString":"c","quo\\"te":"d"}}]}',
    ),
  );
  await stack.load();

  const [row] = await stack.sql("SELECT user_attributes::text AS text FROM dataloaf.users WHERE user_id = 'trap'");
  expect(row?.['text']).toBe('{"quo\\"te": "d", "toString": "c", "__proto__": "a", "constructor": "b"}');
});

it('an op_at in the future does not win forever', async () => {
  await update({ user_id: 'fast-clock', op_at: '2099-01-01', set: { plan: 'wrong' } });
  await update({ user_id: 'fast-clock', set: { plan: 'right' } });
  await stack.load();

  expect(await userOf('fast-clock')).toMatchObject({ user_attributes: { plan: 'right' } });
});

it('an operation whose id another user has is a conflict that is stored and counted', async () => {
  await update({ op_id: 'taken', user_id: 'owner', set: { a: 1 } });
  await update({ op_id: 'taken', user_id: 'other', op_at: '2030-01-01', set: { a: 2 } });
  const answer = await stack.load();

  const rows = await stack.sql("SELECT user_id FROM dataloaf.op_conflicts WHERE op_id = 'taken'");
  expect(answer).toMatchObject({ batch: { new_ops: 1, op_conflicts: 1 } });
  expect(rows.length).toBe(1);
});

interface Op {
  readonly op_id: string;
  readonly user_id: string;
  readonly op_at: string;
  readonly set?: Record<string, unknown>;
  readonly unset?: string[];
  readonly increment?: Record<string, number>;
}

/** What the user must look like after all operations, whatever their order: one after the other, by (op_at, op_id). */
function oracle(ops: readonly Op[]): Record<string, unknown> {
  const state = new Map<string, unknown>();
  const byTime = [...ops].sort((a, b) => (a.op_at + a.op_id < b.op_at + b.op_id ? -1 : 1));
  for (const op of byTime) apply(state, op);
  return Object.fromEntries(state);
}

function apply(state: Map<string, unknown>, { set = {}, unset = [], increment = {} }: Op): void {
  for (const [name, value] of Object.entries(set)) state.set(name, value);
  for (const name of unset) state.delete(name);
  for (const [name, amount] of Object.entries(increment)) {
    const base = state.get(name) ?? 0;
    if (typeof base === 'number') state.set(name, base + amount);
  }
}

const NAMES = ['a', 'b', 'c'];
const value = fc.oneof(fc.integer({ min: -50, max: 50 }), fc.constantFrom('x', 'y', true, [1]));
const change = fc.record({
  day: fc.integer({ min: 1, max: 4 }),
  kinds: fc.array(fc.constantFrom('set', 'unset', 'increment', 'none'), { minLength: 3, maxLength: 3 }),
  values: fc.array(value, { minLength: 3, maxLength: 3 }),
  amount: fc.integer({ min: -9, max: 9 }),
});

it('any order and any repetition of operations ends in the same state', async () => {
  const histories = fc.sample(fc.array(change, { minLength: 1, maxLength: 9 }), { numRuns: 120, seed: 7 });
  const users = histories.map((changes, user) =>
    changes.map((one, index): Op => {
      const of = (kind: string) => NAMES.filter((_, at) => one.kinds[at] === kind);
      return {
        op_id: `fold-${user}-${index}`,
        user_id: `fold-${user}`,
        op_at: `2021-01-0${one.day}`,
        set: Object.fromEntries(of('set').map((name) => [name, one.values[NAMES.indexOf(name)]])),
        unset: of('unset'),
        increment: Object.fromEntries(of('increment').map((name) => [name, one.amount])),
      };
    }),
  );
  const all = users.flat();
  const [order] = fc.sample(
    fc.shuffledSubarray([...all, ...all.filter((_, index) => index % 3 === 0)], { minLength: all.length }),
    { numRuns: 1, seed: 8 },
  );
  const missing = all.filter((op) => !order?.includes(op));
  const sent = [...(order ?? []), ...missing];

  // In five loads, so that operations meet state as well as each other.
  for (let part = 0; part < 5; part += 1) {
    const slice = sent.filter((_, index) => index % 5 === part);
    for (let at = 0; at < slice.length; at += 500)
      await stack.call('PATCH', '/v1/users', { updates: slice.slice(at, at + 500) });
    await stack.load();
  }

  const rows = await stack.sql("SELECT user_id, user_attributes FROM dataloaf.users WHERE user_id LIKE 'fold-%'");
  const got = new Map(rows.map((row) => [row['user_id'], row['user_attributes']]));
  for (const [user, ops] of users.entries())
    expect(got.get(`fold-${user}`), `user ${user}: ${JSON.stringify(ops)}`).toEqual(oracle(ops));
});

it('an update is applied at once, without waiting for the load', async () => {
  const direct = await startTestStack({ directMerge: 'on' });
  try {
    await direct.call('PATCH', '/v1/users/at-once', { op_id: 'd-1', set: { plan: 'pro' }, increment: { n: 1 } });
    await until(
      'the direct merge',
      async () => (await direct.sql("SELECT 1 FROM dataloaf.users WHERE user_id = 'at-once'")).length === 1,
    );
    const answer = await direct.load();

    expect(answer).toMatchObject({ batch: { staged_ops: 1, new_ops: 0 } });
    expect(await direct.sql('SELECT user_attributes FROM dataloaf.users')).toEqual([
      { user_attributes: { n: 1, plan: 'pro' } },
    ]);
  } finally {
    await direct.stop();
  }
});
