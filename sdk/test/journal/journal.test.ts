import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Disk, nodeDisk } from '../../src/disk.ts';
import { acceptAll, apiError, idOfItem } from '../tools/api-server.ts';
import { aClient, aDisk, aFolder, anApi, diskError } from '../tools/test-client.ts';

/** Fails or shortens writes, by these numbers: 0 fails, 1 writes a part, others succeed. */
function aFaultyDisk(faults: readonly number[]): Disk {
  let at = 0;
  const next = (): number => faults[at++ % faults.length] ?? 2;
  return aDisk({
    async write(fd, bytes, position) {
      const fault = next();
      if (fault === 0) throw diskError('ENOSPC');
      return nodeDisk.write(fd, fault === 1 ? bytes.subarray(0, Math.ceil(bytes.length / 3)) : bytes, position);
    },
    writeSync(fd, bytes, position) {
      const fault = next();
      if (fault === 0) throw diskError('EIO');
      return nodeDisk.writeSync(fd, fault === 1 ? bytes.subarray(0, Math.ceil(bytes.length / 3)) : bytes, position);
    },
  });
}

const plan = fc.record({
  faults: fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 12 }),
  /** Items captured in one turn of the loop, with a turn between two numbers. */
  turns: fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 12 }),
  textLength: fc.integer({ min: 0, max: 2_000 }),
  maxMemoryBytes: fc.constantFrom(65_536, 33_554_432),
});

describe('journal', () => {
  it('delivers after a restart every item that was reported as on disk, whatever the disk did', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async ({ faults, turns, textLength, maxMemoryBytes }) => {
        const api = await anApi(() => apiError(500, 'internal'));
        const dir = aFolder();
        const first = aClient({ endpoint: api.endpoint, dir, maxMemoryBytes }, { disk: aFaultyDisk(faults) });
        const captured = [];
        for (const count of turns) {
          for (let index = 0; index < count; index += 1) {
            captured.push(
              first.client.createEvent({ name: 'paid', userId: 'u1', attributes: { text: 'x'.repeat(textLength) } }),
            );
          }
          await new Promise(setImmediate);
        }
        const answers = await Promise.all(captured.map(({ persisted }) => persisted));
        const onDisk = captured.filter((_, index) => answers[index] === 'disk').map(({ id }) => id);
        const result = await first.client.shutdown({ timeout: 0 });

        api.respond = acceptAll;
        const second = aClient({ endpoint: api.endpoint, dir });
        await second.client.shutdown();

        const delivered = new Set(api.accepted.map(idOfItem));
        expect(onDisk.filter((id) => !delivered.has(id))).toEqual([]);
        expect(second.drops).toEqual([]);
        // Every item is accounted for: kept for the next process or reported as dropped.
        expect(result.persisted + result.dropped).toBe(captured.length);
        expect(delivered.size).toBeGreaterThanOrEqual(result.persisted);
      }),
      { seed: 11, numRuns: 15 },
    );
  }, 30_000);

  it('delivers every item once the API is up, whatever disk and API do', async () => {
    const answers = fc.array(fc.constantFrom('ok', 'error', 'half'), { minLength: 1, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(plan, answers, async ({ faults, turns, textLength }, script) => {
        const api = await anApi((request, count) => {
          const answer = count > 30 ? 'ok' : script[count % script.length];
          if (answer === 'error') return apiError(500, 'internal');
          if (answer !== 'half') return acceptAll(request);
          const retry = request.items.map((_, index) => ({ index, id: null })).filter(({ index }) => index % 2 === 1);
          return { status: 503, body: { accepted: request.items.length - retry.length, rejected: [], retry } };
        });
        const { client, drops } = aClient({ endpoint: api.endpoint, flushAt: 50 }, { disk: aFaultyDisk(faults) });
        const ids: string[] = [];
        for (const count of turns) {
          for (let index = 0; index < count; index += 1) {
            ids.push(
              client.createEvent({ name: 'paid', userId: 'u1', attributes: { text: 'x'.repeat(textLength) } }).id,
            );
          }
          await new Promise(setImmediate);
        }
        await client.flush();

        const delivered = new Set(api.accepted.map(idOfItem));
        expect(ids.filter((id) => !delivered.has(id))).toEqual([]);
        expect(drops).toEqual([]);
        expect(client.stats()).toMatchObject({ pendingItems: 0, pendingBytes: 0, memoryBytes: 0 });
      }),
      { seed: 12, numRuns: 15 },
    );
  }, 30_000);
});
