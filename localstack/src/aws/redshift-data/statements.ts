/** The statements of the Data API: what clients submit, the queue that runs it, and the connections to Postgres. */
import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { Log } from '@dataloaf/core/log';
import pg from 'pg';
import { Availability } from '../../availability.ts';
import type { ObjectReader } from '../../redshift/object-reader.ts';
import { CONNECT_MS } from './patient-connection.ts';
import { recover } from './recovery.ts';
import type { RunFaults } from './run-faults.ts';
import { Sessions, watched } from './sessions.ts';
import { StatementQueue } from './statement-queue.ts';
import { StatementRunner } from './statement-runner.ts';
import { StatementStore } from './statement-store.ts';

export interface StatementsOptions {
  /** The stack's own folder; files go below its `redshift-data/`. */
  readonly dir: string;
  /** Address of the database, made by `prepareDatabase`. */
  readonly url: string;
  /** Where COPY reads. */
  readonly objects: ObjectReader;
  readonly log: Pick<Log, 'warn' | 'debug'>;
  /** Redshift's default for new warehouses is snapshot isolation, which Postgres calls repeatable read. @default that */
  readonly isolation?: 'repeatable read' | 'serializable';
  /** Statements that run at once; others wait. @default 8 */
  readonly concurrency?: number;
  readonly faults?: RunFaults;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

export interface Statements {
  readonly store: StatementStore;
  readonly queue: StatementQueue;
  /** Cancels the running statements and closes all connections. */
  close(): Promise<void>;
}

/** Resolves when it is known how the statements of an earlier process ended. */
export async function openStatements(options: StatementsOptions): Promise<Statements> {
  const now = options.now ?? Date.now;
  const dir = join(resolve(options.dir), 'redshift-data');
  const sessionName = `dataloaf-${createHash('sha256').update(dir).digest('hex').slice(0, 16)}`;
  const concurrency = options.concurrency ?? 8;
  const { url, isolation = 'repeatable read', log } = options;
  // For what must go on while all sessions are taken, and for what callers have no right to do.
  const control = watched(new pg.Pool({ connectionString: url, connectionTimeoutMillis: CONNECT_MS, max: 2 }), log);
  const sessions = new Sessions({ url, control, sessionName, isolation, max: concurrency, log });
  const store = new StatementStore(dir, now);
  const unfinished = store.unfinished();
  await recover(unfinished, { control, sessionName, now });
  for (const record of unfinished) store.end(record);
  const runner = new StatementRunner({
    sessions,
    control,
    availability: new Availability('Postgres', options.log),
    objects: options.objects,
    now,
    nextQueryId: countFrom(Math.floor(Date.now() / 1000) * 1000),
    faults: options.faults ?? {},
    log: options.log,
  });
  const queue = new StatementQueue({ runner, store, control, now, concurrency });
  const close = async (): Promise<void> => {
    await queue.close();
    await sessions.close();
    await control.end();
  };
  return { store, queue, close };
}

function countFrom(start: number): () => number {
  let last = start;
  return () => {
    last += 1;
    return last;
  };
}
