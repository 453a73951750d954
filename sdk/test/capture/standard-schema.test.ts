import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { validateEvent } from '../../src/capture/standard-schema.ts';
import type { StandardSchema } from '../../src/types.ts';
import { aClient, anApi, NOWHERE, until } from '../tools/test-client.ts';

type Validate = StandardSchema['~standard']['validate'];
const aSchema = (validate: Validate): StandardSchema => ({ '~standard': { version: 1, vendor: 'test', validate } });

/** Wants a total above 0, fills in a currency, leaves out what it does not know. */
const orders = aSchema((value) => {
  const { total, currency = 'EUR' } = value as { total?: number; currency?: string };
  if (total !== undefined && total > 0) return { value: { total, currency } };
  return { issues: [{ message: 'must be above 0', path: ['total'] }] };
});

describe('schemas', () => {
  it('send what the schema gives back', async () => {
    const api = await anApi();
    const { client } = aClient({ endpoint: api.endpoint, schemas: { paid: orders } });

    client.createEvent({ name: 'paid', userId: 'u1', attributes: { total: 12, unknown: true } });
    client.createEvent({ name: 'viewed', userId: 'u1', attributes: { total: -1 } });
    await client.flush();

    expect(api.accepted).toMatchObject([
      { event_name: 'paid', event_attributes: { total: 12, currency: 'EUR' } },
      { event_name: 'viewed', event_attributes: { total: -1 } },
    ]);
    expect(JSON.stringify(api.accepted)).not.toContain('unknown');
  });

  it.each([
    ['what is wrong', orders, 'total: must be above 0'],
    ['that it must be synchronous', aSchema(async () => ({ value: {} })), 'synchronously'],
  ])('drop an event that they refuse, and say %s', async (_, paid, message) => {
    const { client, drops } = aClient({ endpoint: NOWHERE, schemas: { paid } });

    const { persisted } = client.createEvent({ name: 'paid', userId: 'u1', attributes: { total: 0 } });

    expect(await persisted).toBe('dropped');
    await until(() => drops.length === 1);
    expect(drops).toMatchObject([{ reason: 'invalid', code: 'schema_violated' }]);
    expect(drops[0]?.message).toContain(message);
  });

  it.each([
    ['a promise of another realm', () => runInNewContext('Promise.reject(1)')],
    // biome-ignore lint/suspicious/noThenProperty: promises of other libraries look like this.
    ['a thenable of a library', () => ({ then: (_: unknown, failed: () => void) => failed() })],
  ])('are refused when they return %s', (_, validate) => {
    const draft = { kind: 'event' as const, id: '1', name: 'paid', userId: 'u1', timestamp: '' };

    expect(validateEvent(draft, aSchema(validate as Validate))).toMatchObject({
      kind: 'violation',
      message: expect.stringContaining('promise'),
    });
  });

  it('never throw into the caller', async () => {
    const paid = aSchema(() => {
      throw new TypeError('broken schema');
    });
    const { client, drops } = aClient({ endpoint: NOWHERE, schemas: { paid } });

    const { persisted } = client.createEvent({ name: 'paid', userId: 'u1' });

    expect(await persisted).toBe('dropped');
    await until(() => drops.length === 1);
    expect(drops[0]).toMatchObject({ reason: 'invalid', code: 'schema_violated', message: 'broken schema' });
  });
});

describe('sampling', () => {
  it('records how many events a kept one stands for', async () => {
    const api = await anApi();
    const { client } = aClient({ endpoint: api.endpoint, sampling: { viewed: 0.25 } });

    for (let user = 0; user < 100; user += 1) client.createEvent({ name: 'viewed', userId: `u${user}` });
    client.createEvent({ name: 'paid', userId: 'u1' });
    await client.flush();

    const viewed = api.accepted.filter(({ event_name }) => event_name === 'viewed');
    expect(viewed.length).toBeGreaterThan(0);
    expect(viewed.every(({ event_attributes }) => JSON.stringify(event_attributes) === '{"sample_weight":4}')).toBe(
      true,
    );
    expect(api.accepted.find(({ event_name }) => event_name === 'paid')).not.toHaveProperty('event_attributes');
  });
});
