/**
 * A folder that a stack makes for itself. Whatever else lies in its place (a file, a link that leads nowhere, a folder of
 * somebody else) is reported in one sentence, and is never removed.
 */
import { accessSync, constants, lstatSync, mkdirSync, readlinkSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StackError } from './stack-error.ts';

/** Makes the folder and those above it, unless they exist. @throws StackError */
export function makeOwnFolder(path: string, mode: number): void {
  assertOwnFolder(path);
  try {
    makeFolder(path, mode);
  } catch (error) {
    throw unusable(problemAbove(path) ?? `Expected to make the folder ${path}, the system refused it`, error);
  }
}

/** `recursive` of Node never returns below /proc, where a folder exists and no other can be made in it. */
function makeFolder(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
    makeFolder(dirname(path), mode);
    mkdirSync(path, { mode });
  }
}

/** Returns when nothing lies there. @throws StackError */
export function assertOwnFolder(path: string): void {
  const problem = problemOf(path);
  if (problem !== undefined) throw unusable(problem.sentence, problem.cause);
}

/** The failure of a call to the file system, in one sentence. Undefined for any other error. */
export function fileSystemError(error: unknown): StackError | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('path' in error)) return undefined;
  return unusable(`Expected to ${String(error.syscall)} ${String(error.path)}, the system refused it`, error);
}

interface Problem {
  /** Without its end: the code of the cause follows. */
  readonly sentence: string;
  readonly cause?: unknown;
}

function problemOf(path: string): Problem | undefined {
  const found = lookAt(path);
  if (found === undefined) return undefined;
  const expected = `Expected ${path} to be a folder of the stack`;
  if (found.isSymbolicLink()) {
    try {
      if (!statSync(path).isDirectory())
        return { sentence: `${expected}, it is a link to ${linkTarget(path)}, which is none` };
    } catch (cause) {
      return { sentence: `${expected}, it is a link to ${linkTarget(path)}, which leads nowhere`, cause };
    }
  } else if (!found.isDirectory()) {
    return { sentence: `${expected}, it is ${kindOf(found)}` };
  }
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return undefined;
  } catch (cause) {
    return { sentence: `Expected to write to the folder ${path}, the system refused it`, cause };
  }
}

/** What is wrong with the nearest folder above that exists. */
function problemAbove(path: string): string | undefined {
  for (let above = dirname(path); above !== dirname(above); above = dirname(above)) {
    if (lookAt(above) !== undefined) return problemOf(above)?.sentence;
  }
  return undefined;
}

function lookAt(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    // Nothing is there, or nobody may look: making the folder says which.
    return undefined;
  }
}

const linkTarget = (path: string): string => readlinkSync(path);

function kindOf(found: Stats): string {
  if (found.isFile()) return 'a file';
  if (found.isSocket()) return 'a socket';
  return found.isFIFO() ? 'a pipe' : 'a device';
}

function unusable(sentence: string, cause: unknown): StackError {
  const code = codeOf(cause) === undefined ? '' : ` (${codeOf(cause)})`;
  return new StackError('folder_unusable', `${sentence}${code}.`, {
    cause,
    hint: 'Move away what is there, or start the stack with another --dir.',
  });
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error ? String(error.code) : undefined;
