import pg from 'pg';
import { PostgresError } from './postgres-error.ts';

const CONNECT_TIMEOUT_MS = 10_000;

/** Asks a server for its version, and whether the user in the address is a superuser. @throws PostgresError */
export async function askServer(url: string): Promise<{ readonly version: string; readonly isSuperuser: boolean }> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  client.on('error', () => undefined); // The server ended: the query fails by itself.
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string; is_superuser: boolean }>(
      `SELECT current_setting('server_version') AS version, rolsuper AS is_superuser
       FROM pg_roles WHERE rolname = current_user`,
    );
    const version = (rows[0]?.version ?? '').split(' ')[0] ?? '';
    return { version, isSuperuser: rows[0]?.is_superuser === true };
  } catch (error) {
    throw new PostgresError('postgres_connect', 'Expected Postgres to respond, it did not.', {
      cause: error,
      hint: 'Check DATALOAF_PG_URL. Without it the stack starts its own Postgres.',
    });
  } finally {
    await client.end().catch(() => undefined);
  }
}
