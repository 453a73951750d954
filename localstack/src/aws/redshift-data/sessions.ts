/**
 * Connections to Postgres on which callers' SQL runs, a pool for each user of the warehouse. The session itself belongs to
 * that user, so nothing inside a statement leads back to the superuser that prepared the database.
 */
import { messageOf } from '@dataloaf/core/errors';
import type { Log } from '@dataloaf/core/log';
import pg from 'pg';
import { CONNECT_MS } from './patient-connection.ts';

export interface SessionsOptions {
  /** Address of the database, with its superuser. */
  readonly url: string;
  /** Connections of the superuser: only for work of the Data API itself. */
  readonly control: pg.Pool;
  /** Name under which the sessions are found after a crash. */
  readonly sessionName: string;
  readonly isolation: string;
  /** Connections of one user. */
  readonly max: number;
  readonly log: Pick<Log, 'warn'>;
}

export class Sessions {
  readonly #options: SessionsOptions;
  readonly #pools = new Map<string, Promise<pg.Pool>>();
  readonly #ending: Promise<void>[] = [];

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  /** A session of the user, who is created at the first login, as on AWS. Release the client when done. */
  async connect(user: string): Promise<pg.PoolClient> {
    const known = this.#pools.get(user);
    if (known !== undefined) return (await known).connect();
    const opening = this.#open(user);
    this.#pools.set(user, opening);
    try {
      return await (await opening).connect();
    } catch (error) {
      // The server may be away: the next attempt logs in again.
      if (this.#pools.get(user) === opening) this.#pools.delete(user);
      this.#end(opening);
      throw error;
    }
  }

  /** New sessions start with the present settings of their user; sessions that are in use stay as they are. */
  renew(): void {
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    for (const pool of pools) this.#end(pool);
  }

  async close(): Promise<void> {
    this.renew();
    await Promise.all(this.#ending);
  }

  async #open(user: string): Promise<pg.Pool> {
    const { url, control, sessionName, isolation, max, log } = this.#options;
    const { rows } = await control.query<{ pg_name: string; pg_password: string }>('SELECT * FROM redshift.login($1)', [
      user,
    ]);
    const address = new URL(url);
    address.username = encodeURIComponent(rows[0]?.pg_name ?? '');
    address.password = rows[0]?.pg_password ?? '';
    const pool = new pg.Pool({
      connectionString: address.href,
      connectionTimeoutMillis: CONNECT_MS,
      max,
      application_name: sessionName,
      options: `-c default_transaction_isolation=${isolation.replaceAll(' ', '\\ ')}`,
    });
    return watched(pool, log);
  }

  #end(pool: Promise<pg.Pool>): void {
    this.#ending.push(
      pool.then(
        (one) => one.end(),
        () => undefined,
      ),
    );
  }
}

/** A pool replaces an idle connection that breaks. */
export function watched(pool: pg.Pool, log: Pick<Log, 'warn'>): pg.Pool {
  pool.on('error', (error) => {
    // The error holds the driver's whole client. A closed pool does not wait for its sockets: the server that stops next may cut them.
    if (!pool.ending) log.warn({ reason: messageOf(error) }, 'lost a connection');
  });
  return pool;
}
