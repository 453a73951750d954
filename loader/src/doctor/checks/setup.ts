/** Creates the product's tables in the scratch schema, by the product's own migrations, and the tables of the checks. Pure. */
import { grantRights } from '@dataloaf/core/warehouse/sql/access';
import { applyMigration, createBase, MIGRATIONS, seedMutex } from '@dataloaf/core/warehouse/sql/migrations';
import type { Statement } from '@dataloaf/core/warehouse/warehouse';
import { type Check, needed } from '../check.ts';
import { notRun } from '../judge.ts';
import { observeOutcome } from '../observe.ts';
import { probe } from './make.ts';
import { createDoctorTables } from './transactions.ts';

const NO_ROLES = 'no role of a function was given, so the admin runs the loads';

const setUp = (name: string, asks: string, statements: readonly Statement[]): Check =>
  probe([`setup.${name}`, asks], needed('succeeded'), { statements, shows: 'success' });

export const SETUP_CHECKS: readonly Check[] = [
  setUp('base', 'the schema and the mutex are created', createBase),
  setUp('mutex', 'the mutex gets its row', seedMutex),
  ...MIGRATIONS.map((migration) =>
    setUp(`migration-${migration.version}`, `migration ${migration.name} applies`, applyMigration(migration)),
  ),
  {
    kind: 'script',
    id: 'setup.rights',
    asks: 'the rights of the functions are granted in the scratch schema, so that the loader loads there',
    expected: needed('succeeded'),
    observe: async ({ roles, session }) =>
      roles.length === 0 ? notRun(NO_ROLES) : observeOutcome(await session.run(grantRights), 'success'),
  },
  setUp('doctor', 'the tables of the checks are created', createDoctorTables),
];
