/**
 * The back end on which the promises are tested; `npm test -- --backend containers` selects it. Containers hold the stack's
 * data, so they keep running while a test pauses its stack, and stop when its folder is removed.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '@dataloaf/core/log';
import type { Backend, BackendName } from '@dataloaf/localstack/stack/backends/backend';
import { startBackend } from '@dataloaf/localstack/stack/backends/start-backend';
import pg from 'pg';

export const BACKEND: BackendName = process.env['DATALOAF_BACKEND'] === 'containers' ? 'containers' : 'embedded';

const running = new Map<string, Backend>();

/** The `backend` option of `startStack`: `embedded`, which keeps its data in the folder, or the folder's containers. */
export async function backendFor(dir: string, log: Log): Promise<BackendName | Backend> {
  if (BACKEND === 'embedded') return BACKEND;
  const backend = running.get(dir) ?? (await startBackend(BACKEND, { dir, log }));
  running.set(dir, backend);
  return backend;
}

export async function stopBackendOf(dir: string): Promise<void> {
  await running.get(dir)?.stop();
  running.delete(dir);
}

/** Deletes the warehouse of a paused stack. */
export async function loseDatabase(dir: string): Promise<void> {
  const backend = running.get(dir);
  if (backend === undefined) return rm(join(dir, 'postgres'), { recursive: true, force: true });
  const client = new pg.Client({ connectionString: backend.postgres.url });
  await client.connect();
  await client.query('DROP DATABASE dataloaf WITH (FORCE)');
  await client.end();
}
