/**
 * Submits the refresh of the attribute catalogue for the loaded events, and does not wait for it. The next refresh looks
 * at the outcome, so that a refresh that always fails is seen.
 */
import { messageOf } from '@dataloaf/core/errors';
import type { Log } from '@dataloaf/core/log';
import { numberOf } from '@dataloaf/core/warehouse/rows';
import { refreshCatalog } from '@dataloaf/core/warehouse/sql/attribute-catalog';
import { writerName } from '@dataloaf/core/warehouse/sql/transaction-names';
import type { Warehouse } from '@dataloaf/core/warehouse/warehouse';
import type { LoadedBatch } from './load-objects.ts';
import { enterStage } from './stage.ts';
import type { StateStore } from './state.ts';

export interface RefreshPorts {
  readonly warehouse: Pick<Warehouse, 'submit' | 'wait'>;
  readonly state: Pick<StateStore, 'readRefresh' | 'writeRefresh'>;
  readonly log: Log;
}

/** Never throws: the load has committed, and only suggestions depend on the catalogue. */
export async function startCatalogRefresh(loaded: readonly LoadedBatch[], ports: RefreshPorts): Promise<void> {
  const fresh = loaded.filter(({ row }) => numberOf(row['new_events'] ?? 0) > 0);
  if (fresh.length > 0) await orWarn(() => reportLast(ports), ports.log);
  for (const batch of fresh) await orWarn(() => start(batch, ports), ports.log);
}

async function start({ batch, row }: LoadedBatch, { warehouse, state, log }: RefreshPorts): Promise<void> {
  const loadId = numberOf(row['load_id']);
  enterStage(log, 'refresh_catalog', { load_id: loadId });
  // The load id tells a recreated warehouse from the one before it.
  const token = `${batch.batchId}-${loadId}`;
  const name = writerName('catalog', loadId);
  const statementId = await warehouse.submit({ token, name, statements: refreshCatalog(loadId) });
  await state.writeRefresh({ load_id: loadId, statement_id: statementId });
}

async function reportLast({ warehouse, state, log }: RefreshPorts): Promise<void> {
  const last = await state.readRefresh();
  if (last === undefined) return;
  const statements = refreshCatalog(last.load_id);
  const status = await warehouse.wait(last.statement_id, { statements, timeoutMs: 0 });
  if (status.kind !== 'failed') return;
  const { statement, message } = status.failure;
  log.warn({ loadId: last.load_id, statement, reason: message }, 'the last refresh of the attribute catalogue failed');
}

async function orWarn(work: () => Promise<void>, log: Log): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.warn({ reason: messageOf(error) }, 'attribute catalogue not refreshed');
  }
}
