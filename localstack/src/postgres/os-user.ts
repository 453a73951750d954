/**
 * The operating-system user that runs Postgres. initdb and postgres refuse root, so root hands them to the first
 * unprivileged user that exists; everybody else runs them as themselves.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { PostgresError } from './postgres-error.ts';

export interface OsUser {
  readonly uid: number;
  readonly gid: number;
}

/** Tried in this order: a system's own Postgres user first, then the one that every Unix has. */
const UNPRIVILEGED = ['postgres', 'nobody'];

/** Undefined when the process runs Postgres as itself. @throws PostgresError when root finds nobody to hand it to */
export function serverUser(): OsUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of UNPRIVILEGED) {
    const user = lookUp(name);
    if (user !== undefined) return user;
  }
  throw new PostgresError('postgres_no_user', 'Expected a user postgres or nobody to run Postgres as, found neither.', {
    hint: 'Postgres refuses to run as root: start the stack as an ordinary user, or create a user named postgres.',
  });
}

/** Whether the user can pass through and read a path; root itself can pass everywhere, so the user's own shell is asked. */
export function canReach(user: OsUser | undefined, path: string): boolean {
  if (user === undefined) return true;
  const probe = spawnSync('/bin/sh', ['-c', 'test -r "$1" && test -x "$1"', 'sh', path], {
    uid: user.uid,
    gid: user.gid,
    cwd: '/',
    env: {},
    stdio: 'ignore',
  });
  return probe.status === 0;
}

function lookUp(name: string): OsUser | undefined {
  try {
    const id = (flag: string): number =>
      Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
    const uid = id('-u');
    return uid > 0 ? { uid, gid: id('-g') } : undefined;
  } catch {
    // `id` fails for a name that does not exist: the next one is tried.
    return undefined;
  }
}
