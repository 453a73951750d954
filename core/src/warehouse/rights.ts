/**
 * Who may do what in the warehouse. Each function has a user of its own, with exactly the rights that its statements need;
 * only the admin creates tables, users and roles. `core/docs/rights.md` is generated from these definitions, and a test
 * takes each right away and expects a statement to fail.
 */
import {
  ATTRIBUTE_CATALOG,
  EVENT_CONFLICTS,
  EVENT_KEYS,
  EVENT_ROLLUP,
  EVENTS,
  LOAD_BATCHES,
  LOAD_FILES,
  LOAD_MUTEX,
  OP_CONFLICTS,
  OP_KEYS,
  SCHEMA_MIGRATIONS,
  type Table,
  USER_ATTRS,
  USER_OPS,
  USERS,
} from './tables.ts';

export type Right = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';

export interface TableRights {
  readonly table: Table;
  readonly rights: readonly Right[];
}

/** Functions that use the warehouse as ordinary users. */
export const WAREHOUSE_MEMBERS = ['loader', 'merge', 'insights'] as const;
export type WarehouseMember = (typeof WAREHOUSE_MEMBERS)[number];

export interface WarehouseRole {
  readonly name: string;
  /** Who has it, for readers of the documentation. */
  readonly about: string;
  /** `all_tables`: SELECT on every table, those of later migrations included. */
  readonly rights: readonly TableRights[] | 'all_tables';
}

/** LOCK needs a right to change the table; UPDATE gives it. */
export const WRITER_ROLE: WarehouseRole = {
  name: 'dataloaf_writer',
  about: 'What a load and a direct merge both do: they log operations and compute users, under the mutex.',
  rights: [
    { table: LOAD_MUTEX, rights: ['SELECT', 'UPDATE'] },
    { table: USERS, rights: ['SELECT', 'INSERT', 'UPDATE'] },
    { table: USER_OPS, rights: ['SELECT', 'INSERT'] },
    { table: USER_ATTRS, rights: ['SELECT', 'INSERT', 'DELETE'] },
    { table: OP_KEYS, rights: ['SELECT', 'INSERT'] },
    { table: OP_CONFLICTS, rights: ['SELECT', 'INSERT'] },
    { table: LOAD_BATCHES, rights: ['INSERT'] },
  ],
};

export const LOADER_ROLE: WarehouseRole = {
  name: 'dataloaf_loader',
  about: 'What only the loader does: events, the ledger of objects, the attribute catalogue.',
  rights: [
    { table: EVENTS, rights: ['SELECT', 'INSERT'] },
    { table: EVENT_KEYS, rights: ['SELECT', 'INSERT'] },
    { table: EVENT_CONFLICTS, rights: ['SELECT', 'INSERT'] },
    { table: EVENT_ROLLUP, rights: ['INSERT'] },
    { table: ATTRIBUTE_CATALOG, rights: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] },
    { table: LOAD_FILES, rights: ['SELECT', 'INSERT'] },
    { table: LOAD_BATCHES, rights: ['SELECT'] },
    { table: SCHEMA_MIGRATIONS, rights: ['SELECT'] },
  ],
};

export const READER_ROLE: WarehouseRole = {
  name: 'dataloaf_reader',
  about: 'Reads every table and changes none: Insights, and whoever else you grant it to.',
  rights: 'all_tables',
};

export const WAREHOUSE_ROLES: readonly WarehouseRole[] = [WRITER_ROLE, LOADER_ROLE, READER_ROLE];

export const ROLES_OF: Readonly<Record<WarehouseMember, readonly WarehouseRole[]>> = {
  loader: [WRITER_ROLE, LOADER_ROLE],
  merge: [WRITER_ROLE],
  insights: [READER_ROLE],
};

/** The user of an IAM role: Redshift maps them one to one (AWS documentation). */
export const userOfRole = (iamRole: string): string => `IAMR:${iamRole}`;
