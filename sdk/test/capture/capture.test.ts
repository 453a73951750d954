import { canonicalJson } from '@dataloaf/core/values/attributes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Draft } from '../../src/types.ts';
import { aClient, anApi, NOWHERE, until } from '../tools/test-client.ts';

const HOUR_MS = 3_600_000;
const throwing = {
  get name(): string {
    throw new Error('no name');
  },
};
/** What plain JavaScript callers pass. */
const untyped = (value: unknown): never => value as never;

describe('capture', () => {
  it.each([
    ['name_invalid', { name: '', userId: 'u1' }],
    ['name_invalid', { name: 'x'.repeat(257), userId: 'u1' }],
    ['name_invalid', { name: undefined, userId: 'u1' }],
    ['user_id_invalid', { name: 'paid', userId: 12 }],
    ['user_id_invalid', { name: 'paid', userId: 'ü'.repeat(129) }],
    ['id_invalid', { name: 'paid', userId: 'u1', id: 'x'.repeat(65) }],
    ['time_invalid', { name: 'paid', userId: 'u1', timestamp: 'yesterday' }],
    ['time_invalid', { name: 'paid', userId: 'u1', timestamp: '2026-02-30T10:00:00Z' }],
    ['time_invalid', { name: 'paid', userId: 'u1', timestamp: new Date(Number.NaN) }],
    ['time_in_future', { name: 'paid', userId: 'u1', timestamp: Date.now() + 25 * HOUR_MS }],
    ['not_an_object', undefined],
    ['not_an_object', 'paid'],
    ['not_an_object', throwing],
  ])('refuses with %s instead of throwing', async (code, event) => {
    const { client, drops } = aClient({ endpoint: NOWHERE });

    const { id, persisted } = client.createEvent(untyped(event));

    expect(await persisted).toBe('dropped');
    await until(() => drops.length === 1);
    expect(drops).toMatchObject([{ kind: 'event', reason: 'invalid', code, id }]);
  });

  it.each([
    ['update_empty', {}, {}],
    ['attribute_repeated', { plan: 'pro' }, { unset: ['plan'] }],
    ['attribute_repeated', {}, { unset: ['plan', 'plan'] }],
    ['attribute_repeated', { logins: null }, { increment: { logins: 1 } }],
    ['update_empty', null, {}],
  ])('refuses an update with %s', async (code, attributes, options) => {
    const { client, drops } = aClient({ endpoint: NOWHERE });

    client.updateUser('u1', untyped(attributes), untyped(options));

    await until(() => drops.length === 1);
    expect(drops).toMatchObject([{ kind: 'update', reason: 'invalid', code }]);
  });

  it('takes what was passed as it was at the call', async () => {
    const api = await anApi();
    const { client } = aClient({ endpoint: api.endpoint });
    const attributes = { total: 1, at: new Date(0), nothing: undefined };

    client.createEvent(untyped({ name: 'paid', userId: 'u1', attributes }));
    attributes.total = 2;
    await client.flush();

    expect(api.accepted[0]).toMatchObject({ event_attributes: { total: 1, at: '1970-01-01T00:00:00.000Z' } });
  });

  it('delivers any JSON attributes unchanged, NUL in values excepted', async () => {
    const api = await anApi();
    const { client } = aClient({ endpoint: api.endpoint });
    const names = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).filter((name) => !name.includes('\0'));
    const values = fc.oneof(fc.string({ unit: 'binary' }), fc.boolean(), fc.constant(null), fc.maxSafeInteger());
    const samples = fc.sample(fc.dictionary(names, values, { minKeys: 1 }), { seed: 7, numRuns: 100 });

    const ids = samples.map((attributes) => client.createEvent({ name: 'paid', userId: 'u1', attributes }).id);
    await client.flush();

    const received = new Map(api.accepted.map((item) => [item.event_id, item['event_attributes']]));
    expect(ids.map((id) => JSON.stringify(received.get(id)))).toEqual(samples.map((each) => canonicalJson(each)));
  });

  it('keeps ids and times of operations from going back when the clock does', async () => {
    let nowMs = Date.now();
    const api = await anApi();
    const { client } = aClient({ endpoint: api.endpoint }, { now: () => nowMs });
    for (let round = 0; round < 50; round += 1) {
      nowMs += round % 2 === 0 ? 5 : -1_000;
      client.updateUser('u1', { round });
    }
    await client.flush();

    const operations = api.accepted.map(({ op_id, op_at }) => ({ id: String(op_id), at: String(op_at) }));
    expect(operations).toHaveLength(50);
    expect(operations.map(({ id }) => id)).toEqual(operations.map(({ id }) => id).sort());
    expect(operations.map(({ at }) => at)).toEqual(operations.map(({ at }) => at).sort());
  });

  it('keeps the id and the instant that the caller gives', async () => {
    const api = await anApi();
    const { client } = aClient({ endpoint: api.endpoint });

    const { id } = client.createEvent({
      name: 'paid',
      userId: 'u1',
      id: 'order-7',
      timestamp: '2020-01-01T01:00:00+01:00',
    });
    await client.flush();

    expect(id).toBe('order-7');
    expect(api.accepted).toMatchObject([{ event_id: 'order-7', event_created: '2020-01-01T00:00:00.000Z' }]);
  });

  it.each([
    ['a Date', new Date('2020-01-01T00:00:00Z')],
    ['milliseconds', Date.parse('2020-01-01T00:00:00Z') + 0.7],
    ['a time without an offset, as UTC', '2020-01-01T00:00:00'],
    ['a date', '2020-01-01'],
  ])('takes the instant of %s', async (_, timestamp) => {
    const api = await anApi();
    const { client } = aClient({ endpoint: api.endpoint });

    client.createEvent({ name: 'paid', userId: 'u1', timestamp });
    await client.flush();

    expect(api.accepted).toMatchObject([{ event_created: '2020-01-01T00:00:00.000Z' }]);
  });

  it('runs beforeSend and redact before anything is stored', async () => {
    const api = await anApi();
    const beforeSend = [
      (draft: Draft) => (draft.kind === 'event' && draft.name === 'secret' ? null : draft),
      (draft: Draft) =>
        draft.kind === 'event' ? { ...draft, attributes: { ...draft.attributes, added: true } } : draft,
    ];
    const { client, drops } = aClient({ endpoint: api.endpoint, beforeSend, redact: ['email', '*.password'] });
    const attributes = {
      email: 'a@b.c',
      login: { password: 'x', name: 'n' },
      list: [{ password: 'kept: not one level down' }],
    };

    expect(await client.createEvent({ name: 'secret', userId: 'u1' }).persisted).toBe('dropped');
    client.createEvent({ name: 'paid', userId: 'u1', attributes });
    await client.flush();

    expect(api.accepted.map((item) => item['event_attributes'])).toEqual([
      { ...attributes, email: '[redacted]', login: { password: '[redacted]', name: 'n' }, added: true },
    ]);
    expect(attributes.email).toBe('a@b.c');
    expect(drops).toEqual([]);
    expect(client.stats().dropped.filtered).toBe(1);
  });

  it('drops an item whose beforeSend throws, rather than send it unfiltered', async () => {
    const fail = (): never => {
      throw new Error('bad filter');
    };
    const { client, drops } = aClient({ endpoint: NOWHERE, beforeSend: fail });

    expect(await client.createEvent({ name: 'paid', userId: 'u1' }).persisted).toBe('dropped');
    await until(() => drops.length === 1);
    expect(drops).toMatchObject([{ reason: 'filter_failed', message: 'beforeSend threw: bad filter' }]);
  });

  it.each([
    ['something else', 42],
    ['a draft without a kind', { id: 'e1', name: 'paid', userId: 'u1', timestamp: '2026-11-22' }],
    ['a draft of another kind', { kind: 'user', id: 'e1', userId: 'u1', timestamp: '2026-11-22' }],
  ])('drops an event for which beforeSend returns %s', async (_, returned) => {
    const { client, drops } = aClient({ endpoint: NOWHERE, beforeSend: () => untyped(returned) });

    expect(await client.createEvent({ name: 'paid', userId: 'u1' }).persisted).toBe('dropped');
    await until(() => drops.length === 1);
    expect(drops).toMatchObject([{ kind: 'event', reason: 'invalid', code: 'not_an_object' }]);
  });

  it('samples the same users for every name, about as many as asked for', async () => {
    const { client } = aClient({ endpoint: NOWHERE, sampling: { seen: 0.25, clicked: 0.25 } });
    const kept = async (name: string): Promise<string[]> => {
      const users = Array.from({ length: 2_000 }, (_, index) => `user-${index}`);
      const answers = await Promise.all(users.map((userId) => client.createEvent({ name, userId }).persisted));
      return users.filter((_, index) => answers[index] !== 'dropped');
    };

    const seen = await kept('seen');

    expect(await kept('clicked')).toEqual(seen);
    expect(seen.length).toBeGreaterThan(400);
    expect(seen.length).toBeLessThan(600);
    expect(await kept('other')).toHaveLength(2_000);
  });

  it('survives callbacks and loggers of the caller that capture and throw', async () => {
    const { client } = aClient({
      endpoint: NOWHERE,
      onDrop: () => {
        client.createEvent({ name: '', userId: 'u1' });
        throw new Error('bad callback');
      },
    });

    client.createEvent({ name: '', userId: 'u1' });

    await until(() => client.stats().dropped.invalid > 5);
  });

  it('drops what is captured after a shutdown without a disk, and says why', async () => {
    const { client, drops } = aClient({ endpoint: NOWHERE, durability: 'memory' });
    await client.shutdown({ timeout: 0 });

    expect(await client.createEvent({ name: 'paid', userId: 'u1' }).persisted).toBe('dropped');
    await until(() => drops.length === 1);
    expect(drops).toMatchObject([{ reason: 'closed', message: expect.stringContaining("durability 'memory'") }]);
  });

  it('does nothing at all when disabled', async () => {
    const { client, drops } = aClient({ disabled: true });

    expect(await client.createEvent({ name: 'paid', userId: 'u1' }).persisted).toBe('dropped');
    await client.flush();
    await client.whenWritable();

    expect(await client.shutdown()).toEqual({ delivered: 0, persisted: 0, dropped: 0, pendingBytes: 0 });
    expect(drops).toEqual([]);
    expect(client.stats().mode).toBe('disabled');
  });
});
