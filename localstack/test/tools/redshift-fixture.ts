/** A temporary Postgres, databases prepared as local warehouses, and objects in memory for COPY. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { createLog } from '@dataloaf/core/log';
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { type Postgres, type PostgresOptions, startPostgres } from '../../src/postgres/start-postgres.ts';
import type { ObjectReader } from '../../src/redshift/object-reader.ts';
import { prepareDatabase } from '../../src/redshift/prepare-database.ts';
import { translate } from '../../src/redshift/translate.ts';

export interface TestPostgres extends Postgres {
  readonly dir: string;
  /** Address of a new, prepared database. */
  database(): Promise<string>;
}

let databases = 0;

export async function startTestPostgres(options: Partial<PostgresOptions> = {}): Promise<TestPostgres> {
  const dir = await mkdtemp(join(tmpdir(), 'dataloaf-postgres-'));
  const postgres = await startPostgres({
    dir,
    log: createLog({ name: 'test', level: 'silent' }),
    ephemeral: true,
    ...options,
  });
  return {
    ...postgres,
    dir,
    database: () => {
      databases += 1;
      return prepareDatabase(postgres.url, `test_${databases}`);
    },
    stop: async () => {
      await postgres.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

export interface RedshiftFixture {
  readonly postgres: TestPostgres;
  /** A connection to a prepared database. */
  readonly client: pg.Client;
}

/** One Postgres and one prepared database for the test file. */
export function useRedshift(): RedshiftFixture {
  let postgres: TestPostgres;
  let client: pg.Client;
  beforeAll(async () => {
    postgres = await startTestPostgres();
    client = await connect(await postgres.database());
  }, 60_000);
  afterAll(async () => {
    await client.end();
    await postgres.stop();
  });
  return {
    get postgres() {
      return postgres;
    },
    get client() {
      return client;
    },
  };
}

export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

/** Translates and runs one Redshift statement other than COPY. */
export async function runRedshift(
  client: pg.ClientBase,
  sql: string,
  params: Readonly<Record<string, string>> = {},
): Promise<readonly Record<string, unknown>[]> {
  const translation = translate(sql);
  if (translation.kind !== 'query') return [];
  const { rows } = await client.query<Record<string, unknown>>(
    translation.text,
    translation.params.map((name) => params[name]),
  );
  return rows;
}

/** Objects by their address, `s3://bucket/key`. */
export class MemoryObjects implements ObjectReader {
  readonly #objects = new Map<string, Buffer>();

  put(url: string, body: string | Buffer): string {
    this.#objects.set(url, Buffer.from(body));
    return url;
  }

  putGzip(url: string, ...members: readonly (string | Buffer)[]): string {
    return this.put(url, Buffer.concat(members.map((member) => gzipSync(member))));
  }

  putManifest(url: string, urls: readonly string[]): string {
    return this.put(url, JSON.stringify({ entries: urls.map((entry) => ({ url: entry, mandatory: true })) }));
  }

  async open({ bucket, key }: { readonly bucket: string; readonly key: string }): Promise<Readable | undefined> {
    const body = this.#objects.get(`s3://${bucket}/${key}`);
    return body === undefined ? undefined : Readable.from(chunksOf(body));
  }

  async list({ bucket, key }: { readonly bucket: string; readonly key: string }): Promise<readonly string[]> {
    const prefix = `s3://${bucket}/`;
    return [...this.#objects.keys()]
      .filter((url) => url.startsWith(`${prefix}${key}`))
      .map((url) => url.slice(prefix.length))
      .sort();
  }
}

/** Odd sizes, so that chunks split characters and lines. */
function* chunksOf(body: Buffer): Generator<Buffer> {
  const size = body.length > 100_000 ? 65_536 : 7;
  for (let at = 0; at < body.length; at += size) yield body.subarray(at, at + size);
}
