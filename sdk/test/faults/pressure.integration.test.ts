/** Limits of the journal, in virtual time: what is too large, too much, or too fast. */
import { describe, expect, it } from 'vitest';
import { runPressure } from '../tools/pressure-run.ts';

const MB = 2 ** 20;

describe('pressure', () => {
  it.each([
    ['one text', { text: 'x'.repeat(10 * MB) }],
    ['many texts', { texts: Array.from({ length: 200 }, () => 'x'.repeat(MB / 20)) }],
  ])('leaves 10 MB out of an event, and delivers it with the others: %s', async (_, attributes) => {
    await runPressure(async ({ start, ledger, time }) => {
      const { client } = start({});
      ledger.note(client.createEvent({ name: 'paid', userId: 'u1', attributes: { number: 1 } }));
      const large = client.createEvent({ name: 'paid', userId: 'u1', attributes });
      ledger.note(large);
      ledger.note(client.createEvent({ name: 'paid', userId: 'u1', attributes: { number: 2 } }));

      expect(await time.settle(large.persisted)).toBe('disk');
      await time.settle(client.flush());

      expect([ledger.missing(), ledger.drops]).toEqual([[], []]);
      expect(client.stats().attributesLeftOut).toBe(1);
    });
  });

  it('does not count the journal of a dead process against its own limit', async () => {
    await runPressure(async ({ start, ledger, time, api, fill }) => {
      api.mood = () => 'refuses';
      const first = start({ maxDiskBytes: MB });
      await fill(first, 300);
      expect(ledger.answered('dropped').length).toBeGreaterThan(50);
      first.kill();
      await time.settle(first.client.shutdown({ timeout: 0 }));

      const second = start({ maxDiskBytes: MB });
      await time.advance(1_000);
      const { persisted } = second.client.createEvent({ name: 'paid', userId: 'u1', attributes: { number: 0 } });

      expect(await time.settle(persisted)).toBe('disk');
      await time.settle(second.client.whenWritable());
    });
  });

  it('accepts items again when a full journal has drained', async () => {
    await runPressure(async ({ start, ledger, time, api, fill }) => {
      api.mood = () => 'refuses';
      const service = start({ maxDiskBytes: MB });
      await fill(service, 300);
      const kept = ledger.answered('disk');
      api.mood = () => 'up';
      await time.settle(service.client.whenWritable());
      await fill(service, 20);
      await time.settle(service.client.flush());

      expect(kept.length).toBeGreaterThan(100);
      expect(ledger.verdict()).toMatchObject({ lost: [], changed: [] });
      expect(ledger.answered('disk')).toHaveLength(kept.length + 20);
    });
  });

  it('frees a disk that its own journal has filled', async () => {
    await runPressure(async ({ start, ledger, time, api, fill, limitDisk }) => {
      api.mood = () => 'refuses';
      const service = start({ maxDiskBytes: MB });
      limitDisk(MB / 2);
      await fill(service, 120);
      expect(service.client.stats().mode).toBe('memory');
      api.mood = () => 'up';
      await time.settle(service.client.flush());
      await time.advance(10_000);

      expect(service.client.stats()).toMatchObject({ mode: 'disk', pendingItems: 0 });
      expect(service.client.stats().diskBytes).toBeLessThan(MB / 4);
      expect(ledger.missing()).toEqual([]);
    });
  });

  it('drops nothing when a service awaits whenWritable()', async () => {
    await runPressure(async ({ start, ledger, time, api, fill }) => {
      api.latency = () => 500;
      const service = start({ maxDiskBytes: MB, maxInFlight: 1, maxBatchBytes: 65_536 });
      let hasWaited = false;
      for (let round = 0; round < 100; round += 1) {
        let isWritable = false;
        const writable = service.client.whenWritable().then(() => {
          isWritable = true;
        });
        await time.drain();
        hasWaited ||= !isWritable;
        await time.settle(writable);
        await fill(service, 5);
      }
      await time.settle(service.client.flush());

      expect(hasWaited).toBe(true);
      expect(ledger.missing()).toEqual([]);
      expect(ledger.drops).toEqual([]);
    });
  });
});

describe('a clock that jumps', () => {
  it.each([
    ['back', -3_600_000],
    ['ahead', 3_600_000],
  ])('%s by an hour loses nothing, and operations of one user keep their order', async (_, jumpMs) => {
    await runPressure(async ({ start, time, clock, arrived }) => {
      const { client } = start({});
      client.createUser('u1', { number: 1 });
      await time.advance(1_000);
      clock.skewMs = jumpMs;
      client.updateUser('u1', { number: 2 });
      await time.advance(60_000);
      clock.skewMs = 0;
      client.updateUser('u1', { number: 3 });
      await time.settle(client.flush());

      const times = ['user_attributes', 'set'].flatMap((field) =>
        arrived.filter((item) => item[field] !== undefined).map((item) => String(item['op_at'])),
      );
      expect(times).toHaveLength(3);
      expect(times).toEqual([...times].sort());
    });
  });
});
