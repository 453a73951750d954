/** Prepares a database for Redshift's SQL. Idempotent, and safe to run concurrently. */
import pg from 'pg';
import { COMPAT_SCHEMA, COMPAT_SQL } from './compat.ts';
import { PRINCIPALS_SQL } from './principals.ts';

/** An arbitrary number: the advisory lock that is held while a database is prepared. */
const PREPARE_LOCK = 71_150_311;

/** Returns the address of database `name`, and creates it when it is missing. */
export async function prepareDatabase(serverUrl: string, name: string): Promise<string> {
  const quoted = pg.escapeIdentifier(name);
  await withClient(serverUrl, async (server) => {
    await server.query('SELECT pg_advisory_lock($1)', [PREPARE_LOCK]);
    const { rowCount } = await server.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await server.query(`CREATE DATABASE ${quoted} TEMPLATE template0 ENCODING 'UTF8'`);
  });
  const url = databaseUrl(serverUrl, name);
  await withClient(url, async (database) => {
    await database.query('SELECT pg_advisory_lock($1)', [PREPARE_LOCK]);
    await database.query(COMPAT_SQL);
    await database.query(PRINCIPALS_SQL);
    await database.query(`ALTER DATABASE ${quoted} SET search_path = public, ${COMPAT_SCHEMA}`);
    await database.query(`ALTER DATABASE ${quoted} SET timezone = 'UTC'`);
  });
  return url;
}

/** The server's address with another database. */
function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${encodeURIComponent(name)}`;
  return url.href;
}

async function withClient(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined); // The server ended: the query in progress, or the next one, fails by itself.
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
