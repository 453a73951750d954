/**
 * A connection to Postgres, also when it is away for a while: killed and started again, or paused. A warehouse on AWS that
 * is resumed keeps its statements waiting too; failing them at once would only make every caller try again by itself.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '@dataloaf/core/errors';
import pg from 'pg';
import type { Availability } from '../../availability.ts';

/** Ten times what Postgres takes to start again after a kill, and well below what a load gives a statement. */
const PATIENCE_MS = 60_000;
const POLL_MS = 250;
/** For `connectionTimeoutMillis` of a pool: a server that is paused takes a connection and never answers. */
export const CONNECT_MS = 5_000;

export interface Patience {
  readonly availability: Availability;
  /** Ends the wait. @default none */
  readonly signal?: AbortSignal;
}

/** @throws what the last attempt threw, when the patience is over; anything else but a missing server at once */
export async function connectPatiently(pool: pg.Pool, { availability, signal }: Patience): Promise<pg.PoolClient> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      const client = await pool.connect();
      availability.present();
      return client;
    } catch (error) {
      if (!isServerAway(error) || signal?.aborted === true || performance.now() > deadline) throw error;
      availability.missing(messageOf(error));
      await sleep(POLL_MS, undefined, { signal });
    }
  }
}

/** It refuses, resets or keeps silent, or says that it starts up or shuts down (57P01 to 57P03). */
function isServerAway(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return error.code?.startsWith('57P0') === true;
  return /ECONN|EPIPE|timeout|terminated/i.test(`${Object(error).code} ${messageOf(error)}`);
}
