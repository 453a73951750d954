/** Every statement that core sends, translated and run on the local warehouse, in the order of a load. */

import { createTable } from '@dataloaf/core/warehouse/sql/create-table';
import { foldUsers } from '@dataloaf/core/warehouse/sql/fold-users';
import * as ledger from '@dataloaf/core/warehouse/sql/ledger';
import * as events from '@dataloaf/core/warehouse/sql/load-events';
import * as users from '@dataloaf/core/warehouse/sql/load-users';
import { takeMutex } from '@dataloaf/core/warehouse/sql/mutex';
import { SCHEMA_MIGRATIONS, TABLES } from '@dataloaf/core/warehouse/tables';
import type { Statement } from '@dataloaf/core/warehouse/warehouse';
import { beforeAll, expect, it } from 'vitest';
import { translate } from '../../src/redshift/translate.ts';
import { useRedshift } from '../tools/redshift-fixture.ts';

const redshift = useRedshift();

const CREATED = [...TABLES, SCHEMA_MIGRATIONS];

beforeAll(async () => {
  await redshift.client.query('CREATE SCHEMA dataloaf');
});

async function run(statement: Statement): Promise<void> {
  const translation = translate(statement.text);
  if (translation.kind !== 'query') return;
  const values = translation.params.map((name) => statement.params?.[name]);
  await redshift.client.query(translation.text, values).catch((error: unknown) => {
    throw new TypeError(`${statement.name}: ${String(error)}`, { cause: error });
  });
}

it('takes every statement of a load', { timeout: 30_000 }, async () => {
  const arn = 'arn:aws:iam::000000000000:role/load';
  const batch = { batchId: 'b1', generation: 1 };
  const load: readonly Statement[] = [
    ...CREATED.map(createTable),
    ...takeMutex,
    ...ledger.stageObjects(batch, { listUri: 's3://b/f', roleArn: arn, uris: ['s3://b/k'] }),
    ...events.stageEvents('s3://b/m', arn),
    ...users.stageOperations('s3://b/m', arn),
    ...events.loadEvents,
    ...users.logOperations(`'b1'`),
    ...foldUsers('both'),
    ...ledger.recordLoad(batch, 'both'),
    ledger.readBatch(batch),
    ledger.readObjects(1, { firstUri: 'a', lastUri: 'b' }),
    ledger.readNewestLoad,
    ledger.readParked,
    ledger.readLoadError(1),
  ];

  await redshift.client.query('BEGIN');
  for (const statement of load.slice(0, CREATED.length)) await run(statement);
  await redshift.client.query('INSERT INTO dataloaf.load_mutex (id, n) VALUES (1, 0)');
  for (const statement of load.slice(CREATED.length)) await run(statement);
  await redshift.client.query('ROLLBACK');

  expect(load.length).toBeGreaterThan(30);
});
