/** What acts for the server (`InsightsPorts`, passed in from outside) and for its routes (`RoutePorts`, made by `app.ts`). */
import type { Log } from '@dataloaf/core/log';
import type { Warehouse } from '@dataloaf/core/warehouse/warehouse';
import type { TickReader } from './tick/last-tick.ts';
import type { CachedRows } from './warehouse/cached-rows.ts';

export interface InsightsPorts {
  readonly warehouse: Warehouse;
  readonly readTick: TickReader;
  readonly log: Log;
  readonly now: () => number;
}

export interface RoutePorts {
  readonly rows: CachedRows;
  /** Returns undefined also when the last tick cannot be read: never rejects. */
  readonly lastTick: TickReader;
  readonly now: () => number;
}
