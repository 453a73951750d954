/**
 * Makes a folder and those above it, and says why it cannot. Node's recursive mkdir reports ENOENT on a read-only file
 * system (measured, Node 20 and 24), and never returns below /proc, where the kernel refuses a folder with ENOENT although
 * the folder above it exists. Here each path is tried at most twice.
 */
import fs from 'node:fs';
import { dirname } from 'node:path';
import { StorageError } from '@dataloaf/core/errors';
import { codeOf } from './error-code.ts';

const FOLDER_MODE = 0o700;

/** @throws the error of the system, or a StorageError where that one names no cause. */
export function makeFolder(path: string): void {
  const missing: string[] = [];
  for (let folder = path; !makeOne(folder); folder = dirname(folder)) {
    if (folder === dirname(folder)) throw refused(folder);
    missing.push(folder);
  }
  for (const folder of missing.reverse()) if (!makeOne(folder)) throw refused(folder);
}

/** False when the system does not find the folder above it. */
function makeOne(folder: string): boolean {
  try {
    fs.mkdirSync(folder, { mode: FOLDER_MODE });
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return false;
    if (isFolder(folder)) return true;
    throw code === 'EEXIST' ? inTheWay(folder, error) : error;
  }
}

function isFolder(path: string): boolean {
  try {
    return fs.statSync(path).isDirectory();
  } catch {
    // The error of mkdir says more.
    return false;
  }
}

function inTheWay(path: string, cause: unknown): StorageError {
  const isDangling = !fs.existsSync(path);
  const got = isDangling ? 'a symbolic link that leads to nothing' : 'a file';
  const hint = 'Remove it, or set the option `dir` to another folder.';
  const message = `Expected a folder for the journal at ${path}, got ${got}. ${hint}`;
  return new StorageError(isDangling ? 'dangling_link' : 'ENOTDIR', message, { hint, cause });
}

function refused(path: string): StorageError {
  const hint = 'Set the option `dir` to a folder on a disk.';
  const message = `Expected to make the folder ${path} for the journal, but its file system takes no new folders. ${hint}`;
  return new StorageError('folder_refused', message, { hint });
}
