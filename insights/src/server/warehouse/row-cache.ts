/** Rows by key: an LRU cache with limits on entries, rows and age. */
import type { Row } from '@dataloaf/core/warehouse/warehouse';

export interface RowCacheLimits {
  readonly entriesMax: number;
  readonly rowsMax: number;
  readonly ageMsMax: number;
}

export interface RowCache {
  get(key: string, now: number): readonly Row[] | undefined;
  set(key: string, rows: readonly Row[], now: number): void;
  clear(): void;
}

export function createRowCache(limits: RowCacheLimits): RowCache {
  // A Map keeps insertion order, so its first entry is the least recently used one.
  const entries = new Map<string, { readonly rows: readonly Row[]; readonly storedAt: number }>();
  let rowCount = 0;

  const remove = (key: string): void => {
    rowCount -= entries.get(key)?.rows.length ?? 0;
    entries.delete(key);
  };
  return {
    get(key, now) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      entries.delete(key);
      if (now - entry.storedAt < limits.ageMsMax) {
        entries.set(key, entry);
        return entry.rows;
      }
      rowCount -= entry.rows.length;
      return undefined;
    },
    set(key, rows, now) {
      remove(key);
      entries.set(key, { rows, storedAt: now });
      rowCount += rows.length;
      for (const oldest of entries.keys()) {
        if (entries.size <= limits.entriesMax && rowCount <= limits.rowsMax) break;
        remove(oldest);
      }
    },
    clear() {
      entries.clear();
      rowCount = 0;
    },
  };
}
