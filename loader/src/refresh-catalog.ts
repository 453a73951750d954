/** Starts the refresh of the attribute catalogue for what a tick has loaded, and does not wait for it. */
import { messageOf } from '@dataloaf/core/errors';
import type { Log } from '@dataloaf/core/log';
import { refreshCatalog } from '@dataloaf/core/warehouse/sql/attribute-catalog';
import { writerName } from '@dataloaf/core/warehouse/sql/transaction-names';
import type { Warehouse } from '@dataloaf/core/warehouse/warehouse';
import type { LoadedBatch } from './load-files.ts';

/** Never throws: the load has committed, and only suggestions depend on this. */
export async function startCatalogRefresh(
  loaded: readonly LoadedBatch[],
  { warehouse, log }: { readonly warehouse: Warehouse; readonly log: Log },
): Promise<void> {
  for (const { batch, row } of loaded.filter(({ row: { new_events: events } }) => Number(events) > 0)) {
    const loadId = Number(row['load_id']);
    try {
      // The load id keeps a warehouse that was made anew apart from the one before.
      const token = `${batch.batchId}-${loadId}`;
      await warehouse.submit({ token, name: writerName('catalog', loadId), statements: refreshCatalog(loadId) });
    } catch (error) {
      log.warn({ loadId, reason: messageOf(error) }, 'attribute catalogue not refreshed');
    }
  }
}
