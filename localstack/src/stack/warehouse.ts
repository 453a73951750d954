/** The local warehouse: a database of the stack's Postgres that runs Redshift's SQL, behind the Data API. */
import { createHash } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Log } from '@dataloaf/core/log';
import { SCHEMA } from '@dataloaf/core/warehouse/tables';
import { LOCAL_DATABASE, LOCAL_WORKGROUP } from '@dataloaf/infra/local-names';
import pg from 'pg';
import type { Identities } from '../aws/identities.ts';
import { RedshiftDataApi } from '../aws/redshift-data/api.ts';
import type { RunFaults } from '../aws/redshift-data/run-faults.ts';
import { openStatements } from '../aws/redshift-data/statements.ts';
import type { Postgres } from '../postgres/start-postgres.ts';
import { s3ObjectReader } from '../redshift/object-reader.ts';
import { prepareDatabase } from '../redshift/prepare-database.ts';

export interface LocalWarehouse {
  readonly api: RedshiftDataApi;
  /** Address of the database, for psql. */
  readonly url: string;
  /** Drops all tables. */
  drop(): Promise<void>;
  stop(): Promise<void>;
}

export interface WarehouseOptions {
  readonly dir: string;
  readonly postgres: Postgres;
  readonly s3: S3Client;
  readonly log: Log;
  readonly faults: RunFaults | undefined;
  readonly identities: Identities;
}

export async function startWarehouse(options: WarehouseOptions): Promise<LocalWarehouse> {
  const { dir, postgres, s3, log, faults, identities } = options;
  const url = await prepareDatabase(postgres.url, databaseName(dir, postgres));
  const objects = s3ObjectReader(s3);
  const statements = await openStatements({ dir, url, objects, log, ...(faults === undefined ? {} : { faults }) });
  const api = new RedshiftDataApi({
    statements,
    database: LOCAL_DATABASE,
    workgroup: LOCAL_WORKGROUP,
    identities,
  });
  return { api, url, drop: () => dropTables(url), stop: () => statements.close() };
}

/** Several stacks may share a server that the developer named, so each stack has its own database there. */
function databaseName(dir: string, postgres: Postgres): string {
  if (postgres.source !== 'external') return LOCAL_DATABASE;
  return `${LOCAL_DATABASE}_${createHash('sha256').update(dir).digest('hex').slice(0, 12)}`;
}

async function dropTables(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined); // The server ended: the query fails by itself.
  await client.connect();
  try {
    await client.query(`DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE`);
  } finally {
    await client.end();
  }
}
