/**
 * Virtual environments for the suite's Python programs, with pinned packages. They are created once below node_modules, so
 * `npm ci` removes them and nothing is left outside the clone. An environment is renamed into place when it is complete.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { messageOf } from '@dataloaf/core/errors';

const run = promisify(execFile);

/** The newest versions on 2026-11-24. moto installs the boto3 version that it needs. */
const PYTHON_PACKAGES = {
  boto3: 'boto3==1.44.8',
  moto: 'moto[server]==5.2.5',
  sqlglot: 'sqlglot==30.30.0',
  sqlfluff: 'sqlfluff==4.5.0',
} as const;
export type PythonPackage = keyof typeof PYTHON_PACKAGES;

export type Python =
  | { readonly kind: 'found'; readonly python: string }
  | { readonly kind: 'missing'; readonly why: string };

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/dataloaf-python', import.meta.url));
/** A download of 100 MB on a slow connection. */
const INSTALL_MS_MAX = 600_000;

/** Without access to the registry, fail in seconds, not minutes. */
const PIP_OPTIONS = ['--quiet', '--disable-pip-version-check', '--retries', '1', '--timeout', '20'];

const folderOf = (name: PythonPackage): string => join(CACHE, PYTHON_PACKAGES[name].replaceAll(/[^a-z0-9.]+/g, '-'));
const pythonOf = (folder: string): string => join(folder, 'bin', 'python');

/** Installs nothing. */
export function findPython(name: PythonPackage): Python {
  const python = pythonOf(folderOf(name));
  if (existsSync(python)) return { kind: 'found', python };
  return { kind: 'missing', why: `${PYTHON_PACKAGES[name]} is not installed; npm run contract installs it` };
}

/** Installs the package when it is missing. */
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
    // Another process may have installed it meanwhile.
    if (!existsSync(pythonOf(folder))) return { kind: 'missing', why: firstLine(messageOf(error)) };
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return findPython(name);
}

const firstLine = (text: string): string => text.split('\n').slice(0, 2).join(' ').slice(0, 300);
