/**
 * Applies stored operations to the warehouse at once. It submits the users half of a load through the asynchronous Data
 * API and does not wait for the result. It gives up while this instance has an unfinished transaction, and when the
 * warehouse refuses. That is always safe, because the next load applies the same operations.
 */
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { messageOf } from '@dataloaf/core/errors';
import type { Log } from '@dataloaf/core/log';
import { directKey, s3Uri } from '@dataloaf/core/storage-keys';
import { writerName } from '@dataloaf/core/warehouse/sql/transaction-names';
import type { Statement, Warehouse } from '@dataloaf/core/warehouse/warehouse';
import { mergeStatements } from './merge-statements.ts';

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
}

/** A no-op: the next load applies every update. */
export const noDirectMerge: DirectMerge = { apply: async () => {} };

export function createDirectMerge(ports: DirectMergePorts): DirectMerge {
  const { s3, bucket, warehouse, log } = ports;
  let unfinished: { readonly id: string; readonly statements: readonly Statement[] } | undefined;

  const isBusy = async (): Promise<boolean> => {
    if (unfinished === undefined) return false;
    const status = await warehouse.wait(unfinished.id, { statements: unfinished.statements, timeoutMs: 0 });
    if (status.kind === 'running') return true;
    if (status.kind === 'failed') log.warn({ failure: status.failure }, 'direct merge failed; the load applies it');
    unfinished = undefined;
    return false;
  };

  const submit = async (lines: readonly string[]): Promise<void> => {
    const mergeId = ports.newId();
    const key = directKey(mergeId);
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: lines.join('') }));
    const statements = mergeStatements({ mergeId, uri: s3Uri(bucket, key), roleArn: ports.copyRoleArn });
    const id = await warehouse.submit({ token: mergeId, name: writerName('direct', mergeId), statements });
    unfinished = { id, statements };
  };

  return {
    async apply(lines) {
      try {
        if (lines.length > 0 && !(await isBusy())) await submit(lines);
      } catch (error) {
        // The operations are already durable in Firehose, so the request has succeeded.
        log.warn({ reason: messageOf(error) }, 'direct merge not started; the load applies it');
      }
    },
  };
}
