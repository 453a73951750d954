/**
 * Applies logged operations to the warehouse at once: the users half of the load, through the asynchronous Data API,
 * without waiting. It may always give up, because the next load brings the same operations: when this instance already
 * has an unfinished statement, or the warehouse refuses.
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

export interface DirectMergeOptions {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly warehouse: Warehouse;
  readonly copyRoleArn: string;
  readonly log: Log;
  /** Names one merge: its object, its token and its row in the ledger. */
  newId(): string;
}

/** Leaves every update to the next load. */
export const noDirectMerge: DirectMerge = { apply: async () => {} };

export function createDirectMerge(options: DirectMergeOptions): DirectMerge {
  const { s3, bucket, warehouse, log } = options;
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
    const mergeId = options.newId();
    const key = directKey(mergeId);
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: lines.join('') }));
    const statements = mergeStatements({ mergeId, uri: s3Uri(bucket, key), roleArn: options.copyRoleArn });
    const id = await warehouse.submit({ token: mergeId, name: writerName('direct', mergeId), statements });
    unfinished = { id, statements };
  };

  return {
    async apply(lines) {
      try {
        if (lines.length > 0 && !(await isBusy())) await submit(lines);
      } catch (error) {
        // The operations are in the log already, so the request has succeeded.
        log.warn({ reason: messageOf(error) }, 'direct merge not started; the load applies it');
      }
    },
  };
}
