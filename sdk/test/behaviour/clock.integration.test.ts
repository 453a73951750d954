import { describe, expect, it } from 'vitest';
import { idOfItem, type Responder } from '../tools/api-server.ts';
import { aClient, anApi } from '../tools/test-client.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** As the API does: an event may be at most a day ahead. */
const noFuture: Responder = ({ items }) => {
  const rejected = items.flatMap((item, index) =>
    Date.parse(String(item['event_created'])) > Date.now() + DAY_MS
      ? [{ index, id: idOfItem(item), code: 'time_in_future', message: 'at most 24 h ahead' }]
      : [],
  );
  return { status: 200, body: { accepted: items.length - rejected.length, rejected } };
};

const agesIn = (items: readonly Readonly<Record<string, unknown>>[]): number[] =>
  items.map((item) => Math.abs(Date.now() - Date.parse(String(item['event_created']))));

describe('a machine whose clock is wrong', () => {
  it.each([25 * HOUR_MS, 365 * DAY_MS])(
    'loses no event when it is %i ms ahead, and they get the right time',
    async (ms) => {
      const api = await anApi(noFuture);
      const errors: string[] = [];
      const { client, drops } = aClient(
        { endpoint: api.endpoint, onError: ({ message }) => errors.push(message) },
        { now: () => Date.now() + ms },
      );

      client.createEvent({ name: 'before', userId: 'u1', attributes: { text: 'ü' } });
      client.createEvent({ name: 'before', userId: 'u1', timestamp: new Date(Date.now() + ms) });
      client.createUser('u1', { plan: 'free' });
      await client.flush();
      client.createEvent({ name: 'after', userId: 'u1' });
      await client.flush();

      const events = api.accepted.filter(({ event_name: name }) => name !== undefined);
      expect(drops).toEqual([]);
      expect(events.map(({ event_name: name }) => name)).toEqual(['before', 'before', 'after']);
      expect(new Set(events.map(idOfItem)).size).toBe(3);
      expect(Math.max(...agesIn(events))).toBeLessThan(10_000);
      expect(errors).toEqual([expect.stringContaining('clock')]);
      expect(api.requests.filter(({ text }) => text.includes('after'))).toHaveLength(1);
    },
  );

  it('loses no event when it was right again before they were sent', async () => {
    let aheadMs = 25 * HOUR_MS;
    const api = await anApi(noFuture);
    const { client, drops } = aClient({ endpoint: api.endpoint }, { now: () => Date.now() + aheadMs });

    client.createEvent({ name: 'paid', userId: 'u1' });
    aheadMs = 0;
    await client.flush();

    expect(drops).toEqual([]);
    expect(Math.max(...agesIn(api.accepted))).toBeLessThan(10_000);
  });

  it('still rejects an event that the API finds too far ahead of its own time', async () => {
    const rejectAll: Responder = ({ items }) => ({
      status: 200,
      body: {
        accepted: 0,
        rejected: items.map((item, index) => ({ index, id: idOfItem(item), code: 'time_in_future', message: 'no' })),
      },
    });
    const api = await anApi(rejectAll);
    const { client } = aClient({ endpoint: api.endpoint }, { now: () => Date.now() + 25 * HOUR_MS });

    client.createEvent({ name: 'paid', userId: 'u1' });
    await client.flush();

    expect(api.requests).toHaveLength(2);
    expect(client.stats().dropped.rejected).toBe(1);
  });
});
