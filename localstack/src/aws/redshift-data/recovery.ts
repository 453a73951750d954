/** After a restart, asks the database how the statements ended that were running when the process died. */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { StatementRecord } from './statement-record.ts';

const SESSIONS_TIMEOUT_MS = 10_000;
const POLL_MS = 20;
/** Statements are kept for one day, so their outcomes are needed that long; one more day does no harm. */
const OUTCOMES_KEPT = '2 days';
const LOAD_ERRORS_KEPT = '14 days';

/** Moves each record to FINISHED when its transaction committed, else to FAILED: then Postgres has rolled it back. */
export async function recover(
  records: readonly StatementRecord[],
  options: { readonly control: pg.Pool; readonly sessionName: string; readonly now: () => number },
): Promise<void> {
  const { control, sessionName, now } = options;
  await endSessions(control, sessionName);
  for (const record of records) {
    const outcome = await readOutcome(control, record.id);
    record.updatedAt = now();
    record.pid = 0;
    for (const [index, part] of record.parts.entries()) {
      part.status = outcome === undefined ? 'ABORTED' : 'FINISHED';
      part.rows = outcome?.[index]?.rows ?? -1;
      part.queryId = outcome?.[index]?.queryId ?? 0;
    }
    record.status = outcome === undefined ? 'FAILED' : 'FINISHED';
    if (outcome === undefined) {
      record.error =
        'ERROR: connection was closed: the local AWS stopped before the statement ended; it was rolled back';
    }
  }
  await control.query('DELETE FROM redshift.data_api_commits WHERE committed_at < now() - $1::interval', [
    OUTCOMES_KEPT,
  ]);
  await control.query(
    `DELETE FROM redshift.sys_load_error_detail WHERE start_time < (now() AT TIME ZONE 'UTC') - $1::interval`,
    [LOAD_ERRORS_KEPT],
  );
}

/** A server that outlived its stack may still be committing, so its sessions must be gone before we ask. */
async function endSessions(control: pg.Pool, sessionName: string): Promise<void> {
  for (let waited = 0; waited < SESSIONS_TIMEOUT_MS; waited += POLL_MS) {
    const { rowCount } = await control.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1',
      [sessionName],
    );
    if (rowCount === 0) return;
    await sleep(POLL_MS);
  }
}

interface PartOutcome {
  readonly rows: number;
  readonly queryId: number;
}

async function readOutcome(control: pg.Pool, id: string): Promise<readonly PartOutcome[] | undefined> {
  const { rows } = await control.query<{ outcome: readonly PartOutcome[] }>(
    'SELECT outcome FROM redshift.data_api_commits WHERE statement_id = $1',
    [id],
  );
  return rows[0]?.outcome;
}
