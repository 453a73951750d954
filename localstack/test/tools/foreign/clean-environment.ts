/** Isolates a foreign client from the developer's AWS: dummy keys, empty configuration, no metadata service. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Outcome } from './client.ts';

export interface CleanHome {
  readonly dir: string;
  readonly environment: NodeJS.ProcessEnv;
  remove(): Promise<void>;
}

export async function aCleanHome(): Promise<CleanHome> {
  const dir = await mkdtemp(join(tmpdir(), 'dataloaf-foreign-'));
  const empty = join(dir, 'empty');
  await writeFile(empty, '');
  // Only the variables that find programs: version managers need the home folder.
  const { PATH, HOME, PYENV_ROOT, PYENV_VERSION } = process.env;
  const kept = Object.entries({ PATH, HOME, PYENV_ROOT, PYENV_VERSION }).filter(([, value]) => value !== undefined);
  return {
    dir,
    environment: {
      ...Object.fromEntries(kept),
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: empty,
      AWS_SHARED_CREDENTIALS_FILE: empty,
      AWS_PAGER: '',
      PYTHONIOENCODING: 'utf-8',
      LC_ALL: 'C.UTF-8',
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

/** A response to HEAD has no body: the JavaScript SDK reports the name of the status, Python's clients its number. */
export const outcomeOfCode = (code: string, operation: string): Outcome => ({
  kind: 'error',
  code: operation.startsWith('Head') && code === '404' ? 'NotFound' : code,
});
