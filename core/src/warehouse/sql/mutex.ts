/**
 * Every writer starts with these two statements. LOCK comes first, so that the transaction waits before it has a snapshot.
 * The UPDATE counts the load id, and is the second safeguard: two writers that did not wait for each other conflict here.
 */
import type { Statement } from '../warehouse.ts';

export const takeMutex: readonly Statement[] = [
  { name: 'lock_mutex', text: 'LOCK dataloaf.load_mutex' },
  { name: 'count_mutex', text: 'UPDATE dataloaf.load_mutex\nSET n = n + 1\nWHERE id = 1' },
];
