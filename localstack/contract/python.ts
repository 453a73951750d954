/**
 * Virtual environments for the Python programs of the suite, with pinned packages: made once, kept below node_modules, so
 * that `npm ci` throws them away and a clone leaves nothing outside of itself. One that is half made is never seen: it gets
 * its name when it is whole.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { messageOf } from '@dataloaf/core/errors';

const run = promisify(execFile);

/** The newest on 2026-11-24. moto brings the boto3 that it was made for. */
const PYTHON_PACKAGES = { boto3: 'boto3==1.44.8', moto: 'moto[server]==5.2.5' } as const;
export type PythonPackage = keyof typeof PYTHON_PACKAGES;

export type Python =
  | { readonly kind: 'found'; readonly python: string }
  | { readonly kind: 'missing'; readonly why: string };

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/dataloaf-python', import.meta.url));
/** A download of 100 MB on a slow line. */
const INSTALL_MS_MAX = 600_000;

/** A machine without the registry is told so in seconds, not minutes. */
const PIP_OPTIONS = ['--quiet', '--disable-pip-version-check', '--retries', '1', '--timeout', '20'];

const folderOf = (name: PythonPackage): string => join(CACHE, PYTHON_PACKAGES[name].replaceAll(/[^a-z0-9.]+/g, '-'));
const pythonOf = (folder: string): string => join(folder, 'bin', 'python');

/** Without installing anything. */
export function findPython(name: PythonPackage): Python {
  const python = pythonOf(folderOf(name));
  if (existsSync(python)) return { kind: 'found', python };
  return { kind: 'missing', why: `${PYTHON_PACKAGES[name]} is not installed; npm run contract installs it` };
}

/** Installs the package first where it is missing. */
export async function ensurePython(name: PythonPackage): Promise<Python> {
  const folder = folderOf(name);
  if (existsSync(pythonOf(folder))) return findPython(name);
  const unfinished = `${folder}.${process.pid}.new`;
  try {
    await mkdir(dirname(folder), { recursive: true });
    await run('python3', ['-m', 'venv', unfinished]);
    const install = ['-m', 'pip', 'install', ...PIP_OPTIONS, PYTHON_PACKAGES[name]];
    await run(pythonOf(unfinished), install, { timeout: INSTALL_MS_MAX });
    await rename(unfinished, folder);
  } catch (error) {
    // Somebody else may have been quicker.
    if (!existsSync(pythonOf(folder))) return { kind: 'missing', why: firstLine(messageOf(error)) };
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return findPython(name);
}

const firstLine = (text: string): string => text.split('\n').slice(0, 2).join(' ').slice(0, 300);
