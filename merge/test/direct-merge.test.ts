import type { S3Client } from '@aws-sdk/client-s3';
import { WarehouseError } from '@dataloaf/core/errors';
import type { Log } from '@dataloaf/core/log';
import type { StatementStatus, Transaction, Warehouse } from '@dataloaf/core/warehouse/warehouse';
import { describe, expect, it } from 'vitest';
import { createDirectMerge } from '../src/direct-merge.ts';
import { mergeStatements } from '../src/merge-statements.ts';

/** A fake warehouse whose every wait returns `status`. */
function aWarehouse(parts: { status: StatementStatus['kind']; submitError?: Error }) {
  const submitted: Transaction[] = [];
  const warehouse: Warehouse = {
    query: async () => [],
    async submit(transaction) {
      if (parts.submitError !== undefined) throw parts.submitError;
      submitted.push(transaction);
      return `s${submitted.length}`;
    },
    async wait() {
      if (parts.status !== 'failed') return { kind: parts.status, submittedAt: undefined };
      const failure = { statement: 'copy_t_ops', message: 'no', isRetryable: false, queryId: undefined };
      return { kind: 'failed', failure, submittedAt: undefined };
    },
    listStarted: async () => [],
    cancel: async () => {},
  };
  return { warehouse, submitted, parts };
}

function aMerge(warehouse: Warehouse) {
  const warnings: string[] = [];
  const ids: string[] = [];
  const merge = createDirectMerge({
    s3: { send: async () => ({}) } as unknown as S3Client,
    bucket: 'dl-events',
    warehouse,
    copyRoleArn: 'arn:aws:iam::000000000000:role/copy',
    log: { warn: (_: object, text: string) => warnings.push(text) } as unknown as Log,
    newId: () => `merge-${ids.push('')}`,
  });
  return { merge, warnings };
}

describe('a direct merge', () => {
  it('submits one transaction for all updates of a request, under the name of its object', async () => {
    const { warehouse, submitted } = aWarehouse({ status: 'running' });

    await aMerge(warehouse).merge.apply(['{}\n', '{}\n']);

    expect(submitted.map(({ token }) => token)).toEqual(['merge-1']);
    expect(submitted[0]?.statements).toEqual(
      mergeStatements({
        mergeId: 'merge-1',
        uri: 's3://dl-events/direct/merge-1.ndjson',
        roleArn: 'arn:aws:iam::000000000000:role/copy',
      }),
    );
  });

  it('leaves the update to the load while its last statement is unfinished', async () => {
    const { warehouse, submitted, parts } = aWarehouse({ status: 'running' });
    const { merge } = aMerge(warehouse);

    await merge.apply(['{}\n']);
    await merge.apply(['{}\n']);
    parts.status = 'finished';
    await merge.apply(['{}\n']);

    expect(submitted.length).toBe(2);
  });

  it('goes on after one that failed, and says so', async () => {
    const { warehouse, submitted } = aWarehouse({ status: 'failed' });
    const { merge, warnings } = aMerge(warehouse);

    await merge.apply(['{}\n']);
    await merge.apply(['{}\n']);

    expect(submitted.length).toBe(2);
    expect(warnings).toEqual(['direct merge failed; the load applies it']);
  });

  it('never fails the request when the warehouse refuses', async () => {
    const submitError = new WarehouseError('data_api_failed', 'busy', { isRetryable: true });
    const { merge, warnings } = aMerge(aWarehouse({ status: 'finished', submitError }).warehouse);

    await merge.apply(['{}\n']);

    expect(warnings).toEqual(['direct merge not started; the load applies it']);
  });

  it('does nothing for a request of which nothing was stored', async () => {
    const { warehouse, submitted } = aWarehouse({ status: 'finished' });

    await aMerge(warehouse).merge.apply([]);

    expect(submitted).toEqual([]);
  });
});
