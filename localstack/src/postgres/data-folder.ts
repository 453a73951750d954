/**
 * Where the server's files are, and which stack owns them. The stack's own folder contains `instance.json` (0600) with the
 * password and an id. The data is next to it, or below /var/tmp when the user that runs Postgres cannot traverse the stack's
 * folder (root's 0700). The id is stored in both places: data with an id that the stack's folder does not know belongs to a
 * stack that was removed, and is deleted.
 */
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { assertOwnFolder, makeOwnFolder } from '../own-folder.ts';
import { HOME_PREFIX, homesFolder, removeAbandonedHomes, takeHome } from './homes.ts';
import { type Instance, readInstance, readText } from './instance.ts';
import { canReach, type OsUser } from './os-user.ts';
import { PostgresError } from './postgres-error.ts';

export interface DataFolder {
  /** Folder of this process that the server's user can traverse. */
  readonly home: string;
  /** The server's data, owned by its user. It does not exist before initdb. */
  readonly data: string;
  readonly password: string;
  /** Whether an earlier start of this stack had data that is now gone. */
  readonly isLost: boolean;
}

export function openDataFolder(dir: string, user: OsUser | undefined): DataFolder {
  const own = ownFolder(dir);
  makeOwnFolder(own, 0o700);
  const home = chooseHome(own, user);
  if (home !== own) takeHome(home, own);
  const file = join(own, 'instance.json');
  const known = readInstance(file);
  const data = join(home, 'data');
  assertOwnFolder(data);
  if (known !== undefined && known.home === home && readText(join(home, 'instance')) === known.id) {
    return { home, data, password: known.password, isLost: !existsSync(data) };
  }
  const instance: Instance = { id: hex(8), password: hex(24), home };
  rmSync(data, { recursive: true, force: true });
  writeFileSync(join(home, 'instance'), instance.id, { mode: 0o600 });
  writeFileSync(file, `${JSON.stringify(instance)}\n`, { mode: 0o600 });
  return { home, data, password: instance.password, isLost: known !== undefined };
}

/** What a stack that has ended leaves of its server, wherever that is. */
export function removeDataOf(dir: string): void {
  const own = ownFolder(dir);
  const home = readInstance(join(own, 'instance.json'))?.home;
  for (const folder of [own, ...(home === undefined ? [] : [home])]) rmSync(folder, { recursive: true, force: true });
}

const ownFolder = (dir: string): string => join(resolve(dir), 'postgres');

/** Gives a file or folder to the server's user. */
export function giveTo(user: OsUser | undefined, path: string): void {
  if (user !== undefined) chownSync(path, user.uid, user.gid);
}

/** Removes the folder with the data, also when it is outside the stack's own folder. */
export function removeDataFolder(folder: DataFolder): void {
  rmSync(folder.home, { recursive: true, force: true });
}

function chooseHome(own: string, user: OsUser | undefined): string {
  if (user === undefined) return own;
  // Others may traverse this folder to the server's own one, but not list it.
  chmodSync(own, 0o711);
  const probe = join(own, 'reachable');
  mkdirSync(probe, { recursive: true, mode: 0o755 });
  const isReachable = canReach(user, probe);
  rmSync(probe, { recursive: true, force: true });
  if (isReachable) return own;
  const base = homesFolder();
  removeAbandonedHomes(base);
  const hash = createHash('sha256').update(own).digest('hex').slice(0, 12);
  const home = join(base, `${HOME_PREFIX}${hash}`);
  makeOwnFolder(home, 0o711);
  assertOurs(home);
  return home;
}

/** Everybody can write to /var/tmp: a folder that somebody else created there under our name must not be used. */
function assertOurs(home: string): void {
  const stat = lstatSync(home);
  if (stat.isDirectory() && stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0) return;
  throw new PostgresError('postgres_folder_foreign', `Expected ${home} to be a folder of this user, it is not.`, {
    hint: `Remove ${home}, or start the stack with another --dir.`,
  });
}

const hex = (bytes: number): string => randomBytes(bytes).toString('hex');
