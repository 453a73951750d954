/** Every transaction and every single read of the product, made with plain values. */

import * as access from '@dataloaf/core/warehouse/sql/access';
import { refreshCatalog } from '@dataloaf/core/warehouse/sql/attribute-catalog';
import * as ledger from '@dataloaf/core/warehouse/sql/ledger';
import * as migrations from '@dataloaf/core/warehouse/sql/migrations';
import { takeMutex } from '@dataloaf/core/warehouse/sql/mutex';
import * as totals from '@dataloaf/core/warehouse/sql/totals';
import type { Statement } from '@dataloaf/core/warehouse/warehouse';
import { EVENT_NAMES } from '../../../../insights/src/query/answer/event-names.ts';
import { compileEventAttributes, USER_ATTRIBUTES } from '../../../../insights/src/query/sql/attributes.ts';
import { compileExtent } from '../../../../insights/src/query/sql/extent.ts';
import { exampleStatements } from '../../../../insights/test/query/tools/examples.ts';
import { loadStatements } from '../../../../loader/src/load-statements.ts';
import { makeBatch } from '../../../../loader/src/plan-batch.ts';
import { mergeStatements } from '../../../../merge/src/merge-statements.ts';

const ROLE_ARN = 'arn:aws:iam::000000000000:role/load';

const load = (...streams: readonly ('events' | 'users')[]): readonly Statement[] =>
  loadStatements(
    makeBatch(
      streams.map((stream) => ({ bucket: 'b', key: `data/v1/${stream}/x.gz`, stream, etag: 'e', bytes: 1 })),
      0,
    ),
    { bucket: 'b', roleArn: ROLE_ARN },
  );

const MEMBERS = { loader: 'acme-loader', merge: 'acme-merge', insights: 'acme-insights' };

const PARKED = { uri: 's3://b/x.gz', etag: 'e', bytes: 1, stream: 'events', reason: 'bad' };

/** Each becomes one BatchExecuteStatement. */
export const TRANSACTIONS: Readonly<Record<string, readonly Statement[]>> = {
  'load of both streams': load('events', 'users'),
  'load of events': load('events'),
  'load of operations': load('users'),
  'direct merge': mergeStatements({ mergeId: 'm', uri: 's3://b/m', roleArn: ROLE_ARN }),
  park: [...takeMutex, ledger.parkObject({ batchId: 'b', generation: 0 }, PARKED)],
  catalogue: refreshCatalog(1),
  base: migrations.createBase,
  mutex: migrations.seedMutex,
  'users of a new warehouse': access.setUpUsers(MEMBERS, { roles: [], users: [], grants: [] }),
  'rights of a warehouse that has all migrations': access.grantRights,
  ...Object.fromEntries(
    migrations.MIGRATIONS.map((migration) => [
      `migration ${migration.version}`,
      [...migrations.applyMigration(migration), ...access.grantRights],
    ]),
  ),
};

/** Each becomes one ExecuteStatement. */
export const READS: readonly Statement[] = [
  ledger.readBatch({ batchId: 'b', generation: 0 }),
  ledger.readObjects(0, { firstUri: 'a', lastUri: 'b' }),
  ledger.readNewestLoad,
  ledger.readLastBatch,
  ledger.readParked,
  ledger.readParkedCount,
  ledger.readObject(0, 'a'),
  ledger.readLoadError(1),
  migrations.readVersions,
  access.readCollation,
  access.readRoles,
  access.readUsers,
  access.readUserGrants,
  totals.countEvents,
  totals.countUsers,
  EVENT_NAMES,
  compileEventAttributes('purchase'),
  compileEventAttributes(undefined),
  USER_ATTRIBUTES,
  compileExtent({ kind: 'events', name: 'purchase' }),
  compileExtent({ kind: 'events', name: undefined }),
  compileExtent({ kind: 'profiles', which: 'all' }),
  ...exampleStatements(),
];
