import { describe, expect, it } from 'vitest';
import { NUMBER_CASES } from '../../../core/test/number-cases.ts';
import type { DataLoafOptions } from '../../src/types.ts';
import { aClient, anApi } from '../tools/test-client.ts';

const HOUR = 3_600_000;
const thrower = (): never => {
  throw new Error('as the test wants');
};
/** What plain JavaScript callers pass. */
const untyped = (value: unknown): never => value as never;

async function aTarget(options: DataLoafOptions = {}) {
  const api = await anApi();
  const lines: Record<string, unknown>[] = [];
  const quiet = (): void => undefined;
  const warn = (fields: object, message?: string): void => void lines.push({ ...fields, message });
  const errors: string[] = [];
  const onError = ({ name, message }: Error): void => void errors.push(`${name}: ${message}`);
  const logger = { debug: quiet, info: quiet, warn, error: warn };
  const { client, drops } = aClient({ endpoint: api.endpoint, logger, onError, ...options });
  const send = async (attributes: unknown) => {
    client.createEvent(untyped({ name: 'paid', userId: 'u1', attributes }));
    await client.flush();
    return api.accepted.at(-1)?.['event_attributes'];
  };
  return { api, client, drops, lines, errors, send };
}

const wide = (count: number): object => Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, at]));

describe('an attribute that cannot be sent', () => {
  it.each<[string, unknown]>([
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['an integer beyond 2^53', 2 ** 53],
    ['a BigInt beyond 2^53', 2n ** 64n],
    ['a string of 60,001 bytes', 'x'.repeat(60_001)],
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['an invalid date', new Date(Number.NaN)],
    ['a promise', Promise.resolve()],
    ['a toJSON that throws', { toJSON: thrower }],
    ['a list with NaN', [1, Number.NaN, 3]],
    ['1,001 names', wide(1_001)],
    ['200,000 numbers', Array(200_000).fill(0)],
    ['300 KB of strings', Array(6).fill('x'.repeat(50_000))],
  ])('is left out, counted and reported once, and its events are kept: %s', async (_, value) => {
    const { client, drops, lines, errors, send } = await aTarget();

    const sent = [await send({ plan: 'pro', odd: value }), await send({ odd: value, plan: 'free' })];

    expect(sent).toEqual([{ plan: 'pro' }, { plan: 'free' }]);
    expect([drops, client.stats().attributesLeftOut]).toEqual([[], 2]);
    expect(lines).toMatchObject([{ message: 'attribute left out', err: expect.stringMatching(/^Expected /) }]);
    expect(errors).toEqual([expect.stringMatching(/^AttributeError: Expected /)]);
  });

  it.each(NUMBER_CASES.map(({ text, stored }) => ({ text, stored })))(
    'follows the rule for numbers: $text becomes $stored',
    async ({ text, stored }) => {
      const { drops, send } = await aTarget({ durability: 'memory' });

      const sent = await send({ n: Number(text) });

      expect(sent === undefined ? undefined : JSON.stringify(sent)).toBe(stored && `{"n":${stored}}`);
      expect(drops).toEqual([]);
    },
  );

  it('is a member of an object alone, where it is one', async () => {
    const { send, lines } = await aTarget();

    const sent = await send({ cart: { total: Number.NaN, items: [{ id: 2 ** 60, name: 'x' }, { name: 'y' }] }, a: 1 });

    expect(sent).toEqual({ cart: { items: [{ name: 'x' }, { name: 'y' }] }, a: 1 });
    expect(lines).toMatchObject([
      { err: expect.stringContaining('attributes.cart.total') },
      { err: expect.stringContaining('attributes.cart.items.id') },
    ]);
  });

  it('is one with a name that the API does not take', async () => {
    const { send, drops } = await aTarget();

    const sent = await send({ '': 1, ['x'.repeat(257)]: 2, 'a\0': 3, b: { '': 4, c: 5 }, __proto__: undefined });

    expect([sent, drops]).toEqual([{ b: { c: 5 } }, []]);
  });

  it('is what exceeds 255 attributes', async () => {
    const { client, send } = await aTarget();

    const sent = await send(wide(300));

    expect(Object.keys(Object(sent))).toHaveLength(255);
    expect(client.stats().attributesLeftOut).toBe(45);
  });

  it('is the largest, when an item is too large, until it fits', async () => {
    const { client, drops, send } = await aTarget();
    const large = Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`l${at}`, 'x'.repeat(50_000 + at)]));

    const sent = await send({ ...large, small: 1 });

    expect(Object.keys(Object(sent))).toEqual(['l0', 'l1', 'l2', 'l3', 'l4', 'small']);
    expect([drops, client.stats().attributesLeftOut]).toEqual([[], 3]);
  });

  it.each<[string, unknown]>([
    ['a string', 'paid'],
    ['a list', [1]],
    ['a number', 1],
    ['a toJSON that throws', { toJSON: thrower }],
    ['a proxy that throws', new Proxy({}, { ownKeys: thrower, get: thrower, has: thrower })],
  ])('may be all of them: %s', async (_, attributes) => {
    const { api, drops, lines, send } = await aTarget();

    expect(await send(attributes)).toBeUndefined();

    expect([api.accepted.length, drops, lines.length]).toEqual([1, [], 1]);
  });

  it('never costs a create or an update, nor what else they change', async () => {
    const { api, client, drops } = await aTarget();

    client.createUser('u1', untyped({ plan: 'pro', score: Number.NaN, 'blank ': 1 }));
    client.updateUser(
      'u1',
      untyped({ a: 1, b: () => 1 }),
      untyped({ unset: ['c', 7, ''], increment: { d: 2, e: '3', f: 2e15 } }),
    );
    client.updateUser('u1', untyped({ a: Number.NaN }));
    client.updateUser('u1', {}, untyped({ unset: 'plan' }));
    await client.flush();

    expect(drops).toEqual([]);
    expect(
      api.accepted.map(({ user_attributes, set, unset, increment }) => ({ user_attributes, set, unset, increment })),
    ).toEqual([
      { user_attributes: { plan: 'pro' } },
      { set: { a: 1 }, unset: ['c'], increment: { d: 2 } },
      { set: {} },
      { set: {} },
    ]);
  });

  it('reads a Map, an Error and an instance as all attributes', async () => {
    const { send } = await aTarget();

    const sent = [
      await send(new Map([['a', new Set([1n])]])),
      await send(new RangeError('no')),
      await send(new Date(0)),
    ];

    expect(sent).toEqual([{ a: [1] }, { name: 'RangeError', message: 'no' }, undefined]);
  });

  it('reports at most 1,000 names, and counts all', async () => {
    const { client, errors, send } = await aTarget({ durability: 'memory' });

    for (let at = 0; at < 1_100; at += 1)
      client.createEvent(untyped({ name: 'a', userId: 'u', attributes: { [`n${at}`]: thrower } }));
    await send({});

    expect([errors.length, client.stats().attributesLeftOut]).toEqual([1_000, 1_100]);
  });
});

describe('redact', () => {
  class Account {
    readonly #email = 'a@b.c';
    toJSON(): object {
      return { email: this.#email, plan: 'pro' };
    }
  }

  it('hides what a toJSON or a Map brings out', async () => {
    const { send } = await aTarget({ redact: ['email', '*.email', 'list.*.email'] });

    const sent = [
      await send(new Account()),
      await send({ account: new Account(), map: new Map([['email', 'd@e.f']]), list: [new Account()] }),
      await send({ email: 'g@h.i', at: new Date(HOUR) }),
    ];

    expect(sent).toEqual([
      { email: '[redacted]', plan: 'pro' },
      {
        account: { email: '[redacted]', plan: 'pro' },
        map: { email: '[redacted]' },
        list: [{ email: '[redacted]', plan: 'pro' }],
      },
      { email: '[redacted]', at: '1970-01-01T01:00:00.000Z' },
    ]);
  });

  it('hides beside what is left out', async () => {
    const { send, drops } = await aTarget({ redact: ['email'] });
    const attributes = {
      email: 'a@b.c',
      bad: Number.NaN,
      get throwing() {
        return thrower();
      },
    };

    expect([await send(attributes), drops]).toEqual([{ email: '[redacted]' }, []]);
  });
});

describe('sampling', () => {
  it('weighs an event whose attributes have a toJSON or a getter that throws', async () => {
    const { client, send } = await aTarget({ sampling: { paid: 0.999_999_999 } });
    const weight = { sample_weight: 1 / 0.999_999_999 };

    const sent = [
      await send({ toJSON: () => ({ a: 1 }) }),
      await send({
        b: 1,
        get bad() {
          return thrower();
        },
      }),
      await send(new Map([['c', 1]])),
    ];

    expect(sent).toEqual([
      { a: 1, ...weight },
      { b: 1, ...weight },
      { c: 1, ...weight },
    ]);
    expect(client.stats().attributesLeftOut).toBe(1);
  });
});
