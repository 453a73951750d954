/** What earlier writers left running: waits for the loader's own statement, cancels writers that hang. */
import type { Clock } from '@dataloaf/core/clock';
import { messageOf } from '@dataloaf/core/errors';
import { STATEMENT_AGE_MS_MAX } from '@dataloaf/core/limits';
import type { Log } from '@dataloaf/core/log';
import { WRITER_PREFIXES, writerKindOf } from '@dataloaf/core/warehouse/sql/transaction-names';
import type { StartedTransaction, Warehouse } from '@dataloaf/core/warehouse/warehouse';
import type { Inflight } from './state.ts';

export interface WriterPorts {
  readonly warehouse: Pick<Warehouse, 'listStarted' | 'cancel' | 'wait'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Log, 'warn'>;
}

/** Waits for the statement that an earlier tick left. Returns whether it is still running at the deadline. */
export async function isStillRunning(
  inflight: Inflight,
  deadlineMs: number,
  { warehouse, clock }: Pick<WriterPorts, 'warehouse' | 'clock'>,
): Promise<boolean> {
  const timeoutMs = Math.max(0, deadlineMs - clock.now());
  const status = await warehouse.wait(inflight.statement_id, { statements: [], timeoutMs });
  return status.kind === 'running';
}

/**
 * Cancels writers that hold the mutex for too long, because every other writer waits for it. The time in the queue does
 * not count: a writer that waits holds nothing, and the load itself may be the one that waits. The ledger decides what
 * a cancelled writer did.
 */
export async function cancelOld(ports: WriterPorts): Promise<void> {
  const { warehouse, clock, log } = ports;
  const started = await warehouse.listStarted(WRITER_PREFIXES);
  for (const writer of started.filter((one) => isOldWriter(one, clock.now()))) {
    if (!(await holdsTooLong(writer, ports))) continue;
    const refusal = await warehouse.cancel(writer.id);
    if (refusal !== undefined) log.warn({ writer: writer.name, reason: refusal }, 'a writer could not be cancelled');
  }
}

/** What was submitted lately cannot have held the mutex for long, so it is not even looked at. */
const isOldWriter = ({ name, submittedAt }: StartedTransaction, now: number): boolean =>
  writerKindOf(name) !== undefined && now - submittedAt.getTime() > STATEMENT_AGE_MS_MAX;

/** The first statement of a writer is its LOCK. A writer that this role cannot look at is none that it could cancel. */
async function holdsTooLong(
  { id, name }: StartedTransaction,
  { warehouse, clock, log }: WriterPorts,
): Promise<boolean> {
  try {
    const status = await warehouse.wait(id, { statements: [], timeoutMs: 0 });
    if (status.kind !== 'running' || status.firstDoneAt === undefined) return false;
    return clock.now() - status.firstDoneAt.getTime() > STATEMENT_AGE_MS_MAX;
  } catch (error) {
    log.warn({ writer: name, reason: messageOf(error) }, 'an old writer could not be looked at');
    return false;
  }
}
