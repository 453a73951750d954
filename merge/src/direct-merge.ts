/**
 * Applies stored operations to the warehouse at once. It submits the users half of a load through the asynchronous Data
 * API and does not wait for the result. It gives way to a load in flight, to another direct merge (`lease.ts`), and to a
 * warehouse that refuses. That is always safe, because the next load applies the same operations.
 */
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type Clock, systemClock } from '@dataloaf/core/clock';
import { messageOf, StorageError } from '@dataloaf/core/errors';
import { DIRECT_LEASE_MS, STATEMENT_AGE_MS_MAX } from '@dataloaf/core/limits';
import type { Log } from '@dataloaf/core/log';
import { directKey, INFLIGHT_KEY, s3Uri } from '@dataloaf/core/storage-keys';
import { isObject } from '@dataloaf/core/values/parsed';
import { writerName } from '@dataloaf/core/warehouse/sql/transaction-names';
import type { Statement, Warehouse } from '@dataloaf/core/warehouse/warehouse';
import {
  findFreeLease,
  type LeaseOptions,
  type LeasePorts,
  nameStatement,
  type TakenLease,
  takeLease,
} from './lease.ts';
import { mergeStatements } from './merge-statements.ts';
import { readJson } from './stored-json.ts';

export interface DirectMerge {
  /** Never throws. */
  apply(lines: readonly string[]): Promise<void>;
}

export interface DirectMergePorts {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly warehouse: Warehouse;
  readonly copyRoleArn: string;
  readonly log: Log;
  /** The id of one direct merge, used for its object, its token and its row in the ledger. */
  newId(): string;
  /** @default the clock of the system */
  readonly clock?: Pick<Clock, 'now'>;
}

/** A no-op: the next load applies every update. */
export const noDirectMerge: DirectMerge = { apply: async () => {} };

const DEFAULTS: LeaseOptions = { leaseMs: DIRECT_LEASE_MS };

interface Submitted {
  readonly id: string;
  readonly statements: readonly Statement[];
}

export function createDirectMerge(ports: DirectMergePorts, options: LeaseOptions = DEFAULTS): DirectMerge {
  const { warehouse, log, clock = systemClock } = ports;
  const leasePorts: LeasePorts = { s3: ports.s3, bucket: ports.bucket, warehouse, now: () => clock.now() };
  let unfinished: Submitted | undefined;

  const isBusy = async (): Promise<boolean> => {
    if (unfinished === undefined) return false;
    const status = await warehouse.wait(unfinished.id, { statements: unfinished.statements, timeoutMs: 0 });
    if (status.kind === 'running') return true;
    if (status.kind === 'failed') log.warn({ failure: status.failure }, 'direct merge failed; the load applies it');
    unfinished = undefined;
    return false;
  };

  const start = async (lines: readonly string[]): Promise<void> => {
    const [isLoading, free] = await Promise.all([isLoadInFlight(leasePorts), findFreeLease(options, leasePorts)]);
    if (isLoading || free === undefined) return;
    const expiresAt = clock.now() + options.leaseMs;
    const lease = await takeLease(ports.newId(), free, leasePorts);
    if (lease !== undefined) unfinished = await submit(lease, lines, expiresAt);
  };

  const submit = async (lease: TakenLease, lines: readonly string[], expiresAt: number): Promise<Submitted> => {
    const { mergeId } = lease;
    const key = directKey(mergeId);
    await ports.s3.send(new PutObjectCommand({ Bucket: ports.bucket, Key: key, Body: lines.join('') }));
    const statements = mergeStatements({ mergeId, uri: s3Uri(ports.bucket, key), roleArn: ports.copyRoleArn });
    // A process that was paused here may find that another one has the lease by now.
    if (clock.now() >= expiresAt)
      throw new StorageError('lease_expired', 'Expected to submit under a lease, it expired.');
    const id = await warehouse.submit({ token: mergeId, name: writerName('direct', mergeId), statements });
    await nameStatement(lease, id, leasePorts).catch((error: unknown) => {
      // Then the next merge waits until the lease expires.
      log.warn({ reason: messageOf(error) }, 'the lease of a direct merge does not name its statement');
    });
    return { id, statements };
  };

  return {
    async apply(lines) {
      try {
        if (lines.length > 0 && !(await isBusy())) await start(lines);
      } catch (error) {
        // The operations are already durable in Firehose, so the request has succeeded.
        log.warn({ reason: messageOf(error) }, 'direct merge not started; the load applies it');
      }
    },
  };
}

/**
 * The loader notes its load in S3, because the Data API lists a role's own statements only. A note that is older than a
 * load may run was left by a loader that no longer runs, and then updates should still show at once.
 */
async function isLoadInFlight(ports: LeasePorts): Promise<boolean> {
  const note = await readJson(ports, INFLIGHT_KEY);
  return note !== undefined && isObject(note.value) && note.ageMs < STATEMENT_AGE_MS_MAX;
}
