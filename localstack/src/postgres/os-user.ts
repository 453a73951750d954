/**
 * The operating-system user that runs Postgres. initdb and postgres refuse to run as root, so root runs them as the first
 * unprivileged user that exists. Everybody else runs them as themselves.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { PostgresError } from './postgres-error.ts';

export interface OsUser {
  readonly uid: number;
  readonly gid: number;
}

/** In this order: the system's own Postgres user, then the user that every Unix has. */
const UNPRIVILEGED = ['postgres', 'nobody'];

/** Undefined when Postgres runs as the user of this process. @throws PostgresError when root finds no such user */
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

/** Whether the user can traverse and read a path. Root can read everything, so a shell running as that user checks it. */
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
    // `id` fails for an unknown name; the next name is tried.
    return undefined;
  }
}
