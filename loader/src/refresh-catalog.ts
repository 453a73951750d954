/** Submits the refresh of the attribute catalogue for the loaded events, and does not wait for it. */
import { messageOf } from '@dataloaf/core/errors';
import type { Log } from '@dataloaf/core/log';
import { numberOf } from '@dataloaf/core/warehouse/rows';
import { refreshCatalog } from '@dataloaf/core/warehouse/sql/attribute-catalog';
import { writerName } from '@dataloaf/core/warehouse/sql/transaction-names';
import type { Warehouse } from '@dataloaf/core/warehouse/warehouse';
import type { LoadedBatch } from './load-objects.ts';
import { enterStage } from './stage.ts';

/** Never throws: the load has committed, and only suggestions depend on the catalogue. */
export async function startCatalogRefresh(
  loaded: readonly LoadedBatch[],
  { warehouse, log }: { readonly warehouse: Pick<Warehouse, 'submit'>; readonly log: Log },
): Promise<void> {
  for (const { batch, row } of loaded) {
    try {
      if (numberOf(row['new_events']) === 0) continue;
      const loadId = numberOf(row['load_id']);
      enterStage(log, 'refresh_catalog', { load_id: loadId });
      // The load id tells a recreated warehouse from the one before it.
      const token = `${batch.batchId}-${loadId}`;
      await warehouse.submit({ token, name: writerName('catalog', loadId), statements: refreshCatalog(loadId) });
    } catch (error) {
      log.warn({ loadId: row['load_id'], reason: messageOf(error) }, 'attribute catalogue not refreshed');
    }
  }
}
