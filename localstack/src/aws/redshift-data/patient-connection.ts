/**
 * A connection to Postgres that waits while the server is away: restarted after a kill, or paused. A warehouse on AWS keeps
 * statements waiting too while it resumes. Failing them at once would only make every caller retry.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '@dataloaf/core/errors';
import pg from 'pg';
import type { Availability } from '../../availability.ts';

/** Ten times what Postgres needs to restart after a kill, and well below the time limit of a statement in a load. */
const PATIENCE_MS = 60_000;
const POLL_MS = 250;
/** For `connectionTimeoutMillis` of a pool: a paused server accepts a connection and never responds. */
export const CONNECT_MS = 5_000;

export interface Patience {
  readonly availability: Availability;
  /** Ends the wait. @default none */
  readonly signal?: AbortSignal;
}

/** @throws the last failure when the time is over; any failure other than an absent server at once */
export async function connectPatiently(
  connect: () => Promise<pg.PoolClient>,
  { availability, signal }: Patience,
): Promise<pg.PoolClient> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      const client = await connect();
      availability.present();
      return client;
    } catch (error) {
      if (!isServerAway(error) || signal?.aborted === true || performance.now() > deadline) throw error;
      availability.missing(messageOf(error));
      await sleep(POLL_MS, undefined, { signal });
    }
  }
}

/** The server refuses or resets the connection, is silent, or reports that it starts up or shuts down (57P01 to 57P03). */
function isServerAway(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return error.code?.startsWith('57P0') === true;
  return /ECONN|EPIPE|timeout|terminated/i.test(`${Object(error).code} ${messageOf(error)}`);
}
