/** Asks the ledger which objects of a range it has. */
import { textOf } from '@dataloaf/core/warehouse/rows';
import { type KeyRange, readObjects } from '@dataloaf/core/warehouse/sql/ledger';
import type { Warehouse } from '@dataloaf/core/warehouse/warehouse';

export async function urisInLedger(
  generation: number,
  range: KeyRange,
  warehouse: Pick<Warehouse, 'query'>,
): Promise<ReadonlySet<string>> {
  const rows = await warehouse.query(readObjects(generation, range));
  return new Set(rows.map((row) => textOf(row['object_uri'])));
}
