/** The stand-in for Redshift: a database of the stack's Postgres behind the Data API. */
import { createHash } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Log } from '@dataloaf/core/log';
import { SCHEMA } from '@dataloaf/core/warehouse/tables';
import { LOCAL_DATABASE, LOCAL_WORKGROUP } from '@dataloaf/infra/local-names';
import pg from 'pg';
import { type RedshiftDataService, startRedshiftData } from '../aws/redshift-data/api.ts';
import type { RunFaults } from '../aws/redshift-data/run-faults.ts';
import type { Postgres } from '../postgres/start-postgres.ts';
import { s3ObjectReader } from '../redshift/object-reader.ts';
import { prepareDatabase } from '../redshift/prepare-database.ts';

export interface LocalWarehouse {
  readonly service: RedshiftDataService;
  /** Address of the database, for a look with psql. */
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
}

export async function startWarehouse(options: WarehouseOptions): Promise<LocalWarehouse> {
  const { dir, postgres, s3, log, faults } = options;
  const url = await prepareDatabase(postgres.url, databaseName(dir, postgres));
  const service = await startRedshiftData({
    dir,
    database: LOCAL_DATABASE,
    workgroup: LOCAL_WORKGROUP,
    url,
    objects: s3ObjectReader(s3),
    log,
    ...(faults === undefined ? {} : { faults }),
  });
  return { service, url, drop: () => dropTables(url), stop: () => service.close() };
}

/** A server that the developer names may serve several stacks: each has a database of its own there. */
function databaseName(dir: string, postgres: Postgres): string {
  if (postgres.source !== 'external') return LOCAL_DATABASE;
  return `${LOCAL_DATABASE}_${createHash('sha256').update(dir).digest('hex').slice(0, 12)}`;
}

async function dropTables(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE`);
  } finally {
    await client.end();
  }
}
