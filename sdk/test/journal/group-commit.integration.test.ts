import { describe, expect, it } from 'vitest';
import { nodeDisk } from '../../src/disk.ts';
import type { Degradation } from '../../src/types.ts';
import { acceptAll, idOfItem } from '../tools/api-server.ts';
import { aClient, aDisk, anApi, diskError, NOWHERE, until } from '../tools/test-client.ts';

/** Fails every write until `isFull` is false. */
function aFullDisk() {
  const state = { isFull: true };
  const refuse = (): void => {
    if (state.isFull) throw diskError('ENOSPC');
  };
  const disk = aDisk({
    async write(...args) {
      refuse();
      return nodeDisk.write(...args);
    },
    writeSync(...args) {
      refuse();
      return nodeDisk.writeSync(...args);
    },
  });
  return { disk, state };
}

const text = 'x'.repeat(1_000);

describe('group commit', () => {
  it('retries the disk after the write of a burst failed within one turn of the event loop', async () => {
    const { disk, state } = aFullDisk();
    const modes: Degradation['mode'][] = [];
    const onDegraded = ({ mode }: Degradation): void => void modes.push(mode);
    const { client } = aClient({ endpoint: NOWHERE, maxMemoryBytes: 4_000_000, onDegraded }, { disk });

    for (let index = 0; index < 1_500; index += 1) {
      client.createEvent({ name: 'paid', userId: 'u1', attributes: { text } });
    }
    state.isFull = false;
    await until(() => modes.includes('disk'), 15_000);

    expect(modes).toEqual(['memory', 'disk']);
    expect(client.stats().mode).toBe('disk');
  });

  it('delivers an item that `onDegraded` captures when the disk works again', async () => {
    const api = await anApi(acceptAll);
    const { disk, state } = aFullDisk();
    const ids: string[] = [];
    const onDegraded = ({ mode }: Degradation): void => {
      if (mode === 'disk') ids.push(client.createEvent({ name: 'disk_is_back', userId: 'u1' }).id);
    };
    const { client } = aClient({ endpoint: api.endpoint, onDegraded }, { disk });

    client.createEvent({ name: 'paid', userId: 'u1' });
    await until(() => client.stats().mode === 'memory');
    state.isFull = false;
    await until(() => ids.length === 1, 15_000);
    await client.flush();

    expect(api.accepted.map(idOfItem)).toContain(ids[0]);
  });

  it('keeps what was written, when memory overflows while the disk fails', async () => {
    const api = await anApi(() => undefined);
    const { disk, state } = aFullDisk();
    state.isFull = false;
    await api.stop();
    const options = { endpoint: api.endpoint, maxMemoryBytes: 1_000_000, overflow: 'drop-oldest' } as const;
    const { client, drops } = aClient({ ...options, maxInFlight: 1, flushAt: 10 }, { disk });
    const written: string[] = [];
    for (let index = 0; index < 1_000; index += 1) {
      const { id, persisted } = client.createEvent({ name: 'paid', userId: 'u1', attributes: { text } });
      if ((await persisted) === 'disk') written.push(id);
    }

    state.isFull = true;
    for (let index = 0; index < 2_000; index += 1) {
      client.createEvent({ name: 'paid', userId: 'u1', attributes: { text } });
      if (index % 50 === 0) await new Promise(setImmediate);
    }
    state.isFull = false;
    await api.start();
    await client.flush();

    const accounted = new Set([...api.accepted.map(idOfItem), ...drops.map(({ id }) => id)]);
    expect(written.filter((id) => !accounted.has(id))).toEqual([]);
    expect(client.stats().pendingItems).toBe(0);
  }, 60_000);

  it('stores each item once and whole when a drop report captures, while memory overflows', async () => {
    const api = await anApi(acceptAll);
    await api.stop();
    let captured = 0;
    const capture = (name: string): void => {
      captured += 1;
      client.createEvent({ name, userId: 'u1', attributes: { text, captured } });
    };
    const quiet = (): void => undefined;
    let isInside = false;
    const error = (): void => {
      if (isInside) return;
      isInside = true;
      capture('told_by_logger');
      isInside = false;
    };
    const logger = { debug: quiet, info: quiet, warn: quiet, error };
    const { client } = aClient({
      endpoint: api.endpoint,
      durability: 'memory',
      maxMemoryBytes: 65_536,
      overflow: 'drop-oldest',
      logger,
    });

    for (let index = 0; index < 200; index += 1) capture('paid');
    await api.start();
    await client.flush();

    const numbers = api.accepted.map((item) => JSON.stringify(item['event_attributes']));
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(api.accepted.length).toBeGreaterThan(20);
  });

  it('sends an event without attributes when their toJSON() returns undefined', async () => {
    const api = await anApi(acceptAll);
    const { client, drops } = aClient({ endpoint: api.endpoint });

    const attributes = { toJSON: () => undefined } as never;
    const { id } = client.createEvent({ name: 'paid', userId: 'u1', attributes });
    await client.flush();

    expect(drops).toEqual([]);
    expect(api.accepted).toMatchObject([{ event_id: id, event_name: 'paid' }]);
  });
});
