/** The Data API on the test file's Postgres, behind the real gateway, with the real client. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BatchExecuteStatementCommand,
  type BatchExecuteStatementCommandInput,
  DescribeStatementCommand,
  type DescribeStatementResponse,
  RedshiftDataClient,
} from '@aws-sdk/client-redshift-data';
import { createLog } from '@dataloaf/core/log';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { Gateway } from '../../src/aws/gateway.ts';
import { accessKeyOf, Identities } from '../../src/aws/identities.ts';
import { RedshiftDataApi } from '../../src/aws/redshift-data/api.ts';
import { openStatements, type StatementsOptions } from '../../src/aws/redshift-data/statements.ts';
import { PRINCIPALS_SQL } from '../../src/redshift/principals.ts';
import { connect, MemoryObjects, startTestPostgres, type TestPostgres } from './redshift-fixture.ts';

export const WHERE = { WorkgroupName: 'local', Database: 'dataloaf' } as const;

export interface Api {
  readonly client: RedshiftDataClient;
  /** The same API for another IAM role; `client` is the developer's, who is the admin. */
  as(role: string): Api;
  /** Submits a batch and returns its id. */
  submit(sqls: readonly string[], more?: Partial<BatchExecuteStatementCommandInput>): Promise<string>;
  end(id: string): Promise<DescribeStatementResponse>;
  run(sqls: readonly string[], more?: Partial<BatchExecuteStatementCommandInput>): Promise<DescribeStatementResponse>;
}

/** One test's database, folder and objects. Several APIs may use them in turn, as before and after a crash. */
export interface DataApiFixture {
  readonly dir: string;
  readonly objects: MemoryObjects;
  /** A connection that the API does not use. */
  readonly observer: pg.Client;
  startApi(options?: Partial<StatementsOptions>): Promise<Api>;
  /** A plain connection as a user of the warehouse, as the API opens it. */
  sessionOf(user: string): Promise<pg.Client>;
  /** Values of `dataloaf.t`, which `insert` fills. */
  rows(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** One Postgres for the test file; a database, a folder and objects for each test. */
export function useDataApi(): Omit<DataApiFixture, 'stop'> {
  let postgres: TestPostgres;
  let fixture: DataApiFixture;
  beforeAll(async () => {
    postgres = await startTestPostgres();
  }, 60_000);
  afterAll(() => postgres.stop());
  beforeEach(async () => {
    fixture = await startDataApi(postgres);
  });
  afterEach(() => fixture.stop());
  return {
    get dir() {
      return fixture.dir;
    },
    get objects() {
      return fixture.objects;
    },
    get observer() {
      return fixture.observer;
    },
    startApi: (options) => fixture.startApi(options),
    sessionOf: (user) => fixture.sessionOf(user),
    rows: () => fixture.rows(),
  };
}

async function startDataApi(postgres: TestPostgres): Promise<DataApiFixture> {
  const dir = await mkdtemp(join(tmpdir(), 'dataloaf-data-api-'));
  const objects = new MemoryObjects();
  const url = await postgres.database();
  const observer = await connect(url);
  await observer.query('CREATE SCHEMA dataloaf; CREATE TABLE dataloaf.load_mutex (id int, n bigint)');
  await observer.query('INSERT INTO dataloaf.load_mutex VALUES (1, 0); CREATE TABLE dataloaf.t (a varchar(20))');
  // The admin, as whom the tests' statements run, may use what the observer creates.
  await observer.query(PRINCIPALS_SQL);
  const { rows } = await observer.query<{ admin: string }>(`SELECT redshift.pg_role('user', 'admin') AS admin`);
  await observer.query(`ALTER DEFAULT PRIVILEGES IN SCHEMA dataloaf GRANT ALL ON TABLES TO "${rows[0]?.admin}"`);
  const stops: (() => Promise<void>)[] = [];
  return {
    dir,
    objects,
    observer,
    async startApi(options = {}) {
      const { api, stop } = await serve({ dir, url, objects, ...options });
      stops.push(stop);
      return api;
    },
    async sessionOf(user) {
      const { rows: logins } = await observer.query('SELECT * FROM redshift.login($1)', [user]);
      const address = new URL(url);
      address.username = encodeURIComponent(logins[0].pg_name);
      address.password = logins[0].pg_password;
      const session = await connect(address.href);
      stops.push(() => session.end());
      return session;
    },
    async rows() {
      const { rows } = await observer.query<{ a: string }>('SELECT a FROM dataloaf.t ORDER BY a');
      return rows.map((row) => row.a);
    },
    async stop() {
      for (const stop of stops.reverse()) await stop();
      await observer.end();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function serve(
  options: Pick<StatementsOptions, 'dir' | 'url' | 'objects'> & Partial<StatementsOptions>,
): Promise<{ readonly api: Api; stop(): Promise<void> }> {
  const log = createLog({ name: 'test', level: 'silent' });
  const identities = new Identities([
    { role: 'ingest', warehouse: 'none', invokes: [] },
    { role: 'migrate', warehouse: 'admin', invokes: [] },
  ]);
  const statements = await openStatements({ log, ...options });
  const gateway = new Gateway({ port: 0, log });
  await gateway.start();
  gateway.addJson(new RedshiftDataApi({ statements, identities, database: 'dataloaf', workgroup: 'local' }));
  const clients: RedshiftDataClient[] = [];
  const apiFor = (accessKey: string): Api => {
    const client = new RedshiftDataClient({
      endpoint: gateway.url,
      region: 'us-east-1',
      credentials: { accessKeyId: accessKey, secretAccessKey: 'local' },
      maxAttempts: 1,
    });
    clients.push(client);
    return { ...callsOf(client), as: (role) => apiFor(accessKeyOf(role)) };
  };
  const stop = async (): Promise<void> => {
    for (const client of clients) client.destroy();
    await gateway.stop();
    await statements.close();
  };
  return { api: apiFor('local'), stop };
}

function callsOf(client: RedshiftDataClient): Omit<Api, 'as'> {
  const submit: Api['submit'] = async (sqls, more = {}) => {
    const { Id = '' } = await client.send(new BatchExecuteStatementCommand({ ...WHERE, Sqls: [...sqls], ...more }));
    return Id;
  };
  const end: Api['end'] = (id) => client.send(new DescribeStatementCommand({ Id: id, WaitTimeSeconds: 20 }));
  return { client, submit, end, run: async (sqls, more) => end(await submit(sqls, more)) };
}

export const insert = (value: string): string => `INSERT INTO dataloaf.t (a) SELECT '${value}'`;

export const TAKE_MUTEX = [
  'LOCK dataloaf.load_mutex',
  'UPDATE dataloaf.load_mutex SET n = n + 1 WHERE id = 1',
] as const;

/** A promise and the function that resolves it. */
export function aGate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Waits until the statement with this index has started. */
export async function waitForPart(api: Api, id: string, index: number): Promise<void> {
  for (;;) {
    const { SubStatements } = await api.client.send(new DescribeStatementCommand({ Id: id }));
    if (SubStatements?.[index]?.Status === 'STARTED') return;
  }
}
