import type { WarehouseError } from '@dataloaf/core/errors';
import { MIGRATIONS, SCHEMA_VERSION } from '@dataloaf/core/warehouse/sql/migrations';
import type { Row, Transaction, Warehouse } from '@dataloaf/core/warehouse/warehouse';
import { describe, expect, it } from 'vitest';
import { migrate } from '../src/migrate.ts';
import { assertSchemaVersion, needsMigration } from '../src/schema-check.ts';

const MEMBERS = { loader: 'acme-loader', merge: 'acme-merge', insights: 'acme-insights' };

interface Fake {
  readonly rows: Readonly<Record<string, readonly Row[]>>;
  /** Names of transactions that fail once. */
  readonly failing?: string[];
}

function aWarehouse({ rows, failing = [] }: Fake) {
  const sent: Transaction[] = [];
  const asked: string[] = [];
  const warehouse: Warehouse = {
    query: async ({ name }) => {
      asked.push(name);
      return rows[name] ?? [];
    },
    submit: async (transaction) => {
      sent.push(transaction);
      return transaction.name;
    },
    wait: async (name) => {
      const at = failing.indexOf(name);
      if (at === -1) return { kind: 'finished', submittedAt: undefined };
      failing.splice(at, 1);
      const failure = { statement: 'x', message: 'exists', isRetryable: false, queryId: undefined };
      return { kind: 'failed', failure, submittedAt: undefined };
    },
    listStarted: async () => [],
    cancel: async () => undefined,
  };
  let forgotten = 0;
  const state = {
    forget: async () => {
      forgotten += 1;
    },
  };
  const run = () => migrate({ warehouse, state, members: MEMBERS, newToken: () => 'token' });
  return { sent, asked, run, forgotten: () => forgotten };
}

const SENSITIVE = { read_collation: [{ db_collation: 'case_sensitive' }] };
const upTo = (version: number): readonly Row[] =>
  MIGRATIONS.filter((one) => one.version <= version).map((one) => ({ version: one.version }));
const grantsIn = ({ statements }: Transaction): number =>
  statements.filter(({ text }) => text.startsWith('GRANT') && !text.startsWith('GRANT ROLE')).length;

describe('migrate', () => {
  it('grants the rights in the transaction of the newest migration, after the users exist', async () => {
    const fake = aWarehouse({ rows: SENSITIVE });

    const result = await fake.run();

    expect(fake.sent.map(({ name }) => name)).toEqual([
      'create-base',
      'seed-mutex',
      'set-up-users',
      ...MIGRATIONS.map(({ version }) => `migration-${version}`),
    ]);
    expect(fake.sent.map(grantsIn).map((count) => count > 0)).toEqual([
      ...Array.from({ length: fake.sent.length - 1 }, () => false),
      true,
    ]);
    expect(result.version).toBe(SCHEMA_VERSION);
    expect(fake.forgotten()).toBe(1);
  });

  it('of a warehouse that has every migration grants the rights again', async () => {
    const fake = aWarehouse({ rows: { ...SENSITIVE, read_versions: upTo(SCHEMA_VERSION) } });

    const result = await fake.run();

    expect(fake.sent.map(({ name }) => name)).toEqual(['create-base', 'seed-mutex', 'set-up-users', 'grant-rights']);
    expect([result.applied, fake.forgotten()]).toEqual([[], 0]);
  });

  it('asks again what exists when another run created a user meanwhile', async () => {
    const fake = aWarehouse({ rows: SENSITIVE, failing: ['set-up-users'] });

    await fake.run();

    expect(fake.asked.filter((name) => name === 'read_users')).toHaveLength(2);
    expect(fake.sent.filter(({ name }) => name === 'set-up-users')).toHaveLength(2);
  });

  it.each([
    ['case_insensitive', [{ db_collation: 'case_insensitive' }]],
    ['none', []],
  ])('refuses a database whose collation is %s before it creates anything', async (got, rows) => {
    const fake = aWarehouse({ rows: { read_collation: rows } });

    await expect(fake.run()).rejects.toMatchObject({
      code: 'collation_unsupported',
      message: `Expected a database with the collation case_sensitive, got ${got}.`,
      hint: expect.stringContaining('COLLATE CASE_SENSITIVE'),
    });
    expect(fake.sent).toEqual([]);
  });
});

describe('a loader', () => {
  it.each([
    ['an older version', { version: SCHEMA_VERSION - 1 }],
    ['no migration yet', { version: null }],
  ])('has %s migrated', (_, row) => {
    const check = (): void => assertSchemaVersion(row.version === null ? undefined : row);

    expect(check).toThrow(`Expected the tables of version ${SCHEMA_VERSION}`);
    let thrown: unknown;
    try {
      check();
    } catch (error) {
      thrown = error;
    }
    expect(needsMigration(thrown)).toBe(true);
  });

  it('takes its own version and a newer one, and asks for nothing after other errors', () => {
    expect(() => assertSchemaVersion({ version: SCHEMA_VERSION })).not.toThrow();
    expect(() => assertSchemaVersion({ version: SCHEMA_VERSION + 1 })).not.toThrow();
    expect(needsMigration(new TypeError('x'))).toBe(false);
    expect(needsMigration({ code: 'table_missing' } satisfies Partial<WarehouseError>)).toBe(false);
  });
});
