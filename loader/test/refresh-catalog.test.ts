import type { Log } from '@dataloaf/core/log';
import type { StatementStatus } from '@dataloaf/core/warehouse/warehouse';
import { describe, expect, it } from 'vitest';
import { makeBatch } from '../src/plan-batch.ts';
import { type RefreshPorts, startCatalogRefresh } from '../src/refresh-catalog.ts';
import type { StartedRefresh } from '../src/state.ts';

const aLoad = (loadId: number, newEvents = 1) => ({
  batch: makeBatch([], loadId),
  row: { load_id: loadId, new_events: newEvents },
});
const FAILED: StatementStatus = {
  kind: 'failed',
  failure: { statement: 'insert_new_attributes', message: 'not supported', isRetryable: false, queryId: undefined },
  submittedAt: undefined,
};

/** A warehouse where each refresh ends like this. */
function aWorld(status: StatementStatus, submit: RefreshPorts['warehouse']['submit'] = async ({ name }) => name) {
  let stored: StartedRefresh | undefined;
  const warnings: unknown[] = [];
  const asked: string[] = [];
  const ports: RefreshPorts = {
    warehouse: {
      submit,
      wait: async (id) => {
        asked.push(id);
        return status;
      },
    },
    state: {
      readRefresh: async () => stored,
      writeRefresh: async (refresh) => {
        stored = refresh;
      },
    },
    log: { info: () => {}, warn: (fields: unknown) => void warnings.push(fields) } as unknown as Log,
  };
  return { ports, warnings, asked };
}

describe('the refresh of the attribute catalogue', () => {
  it('that failed is logged by the next one, with its statement', async () => {
    const { ports, warnings } = aWorld(FAILED);

    await startCatalogRefresh([aLoad(1)], ports);
    expect(warnings).toEqual([]);
    await startCatalogRefresh([aLoad(2)], ports);

    expect(warnings).toEqual([{ loadId: 1, statement: 'insert_new_attributes', reason: 'not supported' }]);
  });

  it.each(['finished', 'running', 'gone'] as const)('that is %s is not logged', async (kind) => {
    const { ports, warnings, asked } = aWorld({ kind, submittedAt: undefined });

    await startCatalogRefresh([aLoad(1)], ports);
    await startCatalogRefresh([aLoad(2)], ports);

    expect([asked, warnings]).toEqual([['catalog-1'], []]);
  });

  it('needs a load with new events: any other load asks nothing', async () => {
    const { ports, asked } = aWorld(FAILED);

    await startCatalogRefresh([aLoad(1)], ports);
    await startCatalogRefresh([aLoad(2, 0)], ports);
    await startCatalogRefresh([], ports);

    expect(asked).toEqual([]);
  });

  it('never fails the tick', async () => {
    const { ports, warnings } = aWorld(FAILED, async () => {
      throw new TypeError('throttled');
    });

    await startCatalogRefresh([aLoad(1)], ports);

    expect(warnings).toEqual([{ reason: 'throttled' }]);
  });
});
