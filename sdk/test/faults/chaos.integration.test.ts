import { describe, expect, it } from 'vitest';
import { report, Tally } from '../../../tools/reporters/fault-table.ts';
import { acceptAll } from '../tools/api-server.ts';
import { startChaosProxy } from '../tools/chaos-proxy.ts';
import { Ledger } from '../tools/ledger.ts';
import { LONG_MS, sized } from '../tools/scale.ts';
import { seededRandom } from '../tools/seeded-random.ts';
import { aClient, anApi } from '../tools/test-client.ts';

const SEED = 6;

describe('a network that fails three times in ten', () => {
  it('delivers every item, each once after ids are deduplicated', {
    timeout: LONG_MS,
  }, async (context) => {
    const warnings: string[] = [];
    const noteWarning = (warning: Error): void => void warnings.push(warning.message);
    process.on('warning', noteWarning);
    context.onTestFinished(() => void process.off('warning', noteWarning));
    const ledger = new Ledger();
    const tally = new Tally();
    const api = await anApi((request) => {
      ledger.arrived(request.items);
      // Memory that a long run would accumulate.
      api.requests.splice(0);
      api.accepted.splice(0);
      return acceptAll(request);
    });
    const onFault = (kind: string): void => tally.fault(kind);
    const proxy = await startChaosProxy({ target: api.endpoint, random: seededRandom(SEED), share: 0.3, onFault });
    const { client, drops } = aClient({ endpoint: proxy.endpoint, flushAt: 3, maxInFlight: 16 });
    const requests = sized({ short: 1_000, ci: 10_000, long: 200_000 });

    while (client.stats().requests < requests) {
      await client.whenWritable();
      for (let count = 0; count < 30; count += 1) {
        const number = ledger.next;
        ledger.note(client.createEvent({ name: 'paid', userId: `user-${number % 7}`, attributes: { number } }));
      }
      while (client.stats().pendingItems > 300) await new Promise(setImmediate);
    }
    await client.flush();
    await proxy.stop();

    const { captured, changed, repeats } = ledger.verdict();
    const missing = ledger.missing();
    tally.add({ faults: {}, sent: captured, lost: missing.length, doubled: changed.length, repeats });
    report(context, tally.counts());
    expect({ missing, changed, drops, warnings }).toEqual({ missing: [], changed: [], drops: [], warnings: [] });
    expect(client.stats()).toMatchObject({ pendingItems: 0, delivered: captured });
    // Otherwise no fault has happened between acceptance and answer.
    expect(repeats).toBeGreaterThan(requests / 20);
  });
});
