/** What earlier writers left running: waits for the loader's own statement, cancels writers that hang. */
import { STATEMENT_AGE_MS_MAX } from '@dataloaf/core/limits';
import { writerKindOf } from '@dataloaf/core/warehouse/sql/transaction-names';
import type { StartedTransaction, Warehouse } from '@dataloaf/core/warehouse/warehouse';
import type { Clock } from './clock.ts';
import type { Inflight } from './state.ts';

export interface WriterPorts {
  readonly warehouse: Pick<Warehouse, 'listStarted' | 'cancel' | 'wait'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Waits for the statement that an earlier tick left. Returns whether it is still running at the deadline. */
export async function isStillRunning(
  inflight: Inflight,
  deadlineMs: number,
  { warehouse, clock }: WriterPorts,
): Promise<boolean> {
  const timeoutMs = Math.max(0, deadlineMs - clock.now());
  const status = await warehouse.wait(inflight.statement_id, { statements: [], timeoutMs });
  return status.kind === 'running';
}

/** Cancels writers that hang, because every other writer waits for their mutex. The ledger decides what they did. */
export async function cancelOld({ warehouse, clock }: WriterPorts): Promise<void> {
  const started = await warehouse.listStarted();
  for (const { id } of started.filter((one) => isOldWriter(one, clock.now()))) await warehouse.cancel(id);
}

const isOldWriter = ({ name, submittedAt }: StartedTransaction, now: number): boolean =>
  writerKindOf(name) !== undefined && now - submittedAt.getTime() > STATEMENT_AGE_MS_MAX;
