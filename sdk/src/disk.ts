/**
 * The file system as the journal uses it; tests replace this port with a failing disk. Folders are 0700 and files 0600,
 * because they hold personal data. Writes return the length written: a full disk can take a part (measured).
 */
import type { Buffer } from 'node:buffer';
import fs from 'node:fs';
import process from 'node:process';
import { promisify } from 'node:util';
import { codeOf } from './error-code.ts';
import { makeFolder } from './make-folder.ts';

interface FileFacts {
  readonly bytes: number;
  readonly modifiedMs: number;
  readonly changedMs: number;
  readonly isFile: boolean;
  /** Accounts other than the owner may write it. */
  readonly othersMayWrite: boolean;
}

export interface Disk {
  write(fd: number, bytes: Uint8Array, position: number): Promise<number>;
  writeSync(fd: number, bytes: Uint8Array, position: number): number;
  dataSync(fd: number): Promise<void>;
  dataSyncNow(fd: number): void;
  /** Creates a file. Fails when it exists. */
  createSync(path: string): number;
  closeSync(fd: number): void;
  truncateSync(path: string, bytes: number): void;
  /** Fills the target from this position of the file. Returns the length read. */
  readInto(path: string, target: Buffer, position: number): Promise<number>;
  readText(path: string): Promise<string>;
  /** Replaces the whole content atomically: temporary file, then rename. */
  replace(path: string, text: string): Promise<void>;
  replaceSync(path: string, text: string): void;
  append(path: string, content: string | Uint8Array): Promise<void>;
  /** Makes the folders above it too. Does nothing when it exists. @throws an error that names the cause. */
  makeFolderSync(path: string): void;
  /** Syncs the folder, so that created and renamed entries survive a power cut. */
  syncFolderSync(path: string): void;
  renameSync(from: string, to: string): void;
  remove(path: string): Promise<void>;
  removeSync(path: string): void;
  list(path: string): Promise<readonly string[]>;
  /** Null when there is no such file. */
  facts(path: string): Promise<FileFacts | null>;
  existsSync(path: string): boolean;
  touch(path: string, ms: number): Promise<void>;
}

const FILE_MODE = 0o600;
/** Of the group, and of all. Windows has no such bits. */
const OTHERS_WRITE = 0o022;
const write = promisify(fs.write);
const fdatasync = promisify(fs.fdatasync);

export const nodeDisk: Disk = {
  async write(fd, bytes, position) {
    const done = await write(fd, bytes, 0, bytes.length, position);
    return done.bytesWritten;
  },
  writeSync: (fd, bytes, position) => fs.writeSync(fd, bytes, 0, bytes.length, position),
  dataSync: (fd) => fdatasync(fd),
  dataSyncNow: (fd) => fs.fdatasyncSync(fd),
  createSync: (path) => fs.openSync(path, 'wx', FILE_MODE),
  closeSync: (fd) => fs.closeSync(fd),
  truncateSync: (path, bytes) => fs.truncateSync(path, bytes),
  readInto,
  readText: (path) => fs.promises.readFile(path, 'utf8'),
  async replace(path, text) {
    await fs.promises.writeFile(`${path}.tmp`, text, { mode: FILE_MODE });
    await fs.promises.rename(`${path}.tmp`, path);
  },
  replaceSync(path, text) {
    fs.writeFileSync(`${path}.tmp`, text, { mode: FILE_MODE });
    fs.renameSync(`${path}.tmp`, path);
  },
  append: (path, content) => fs.promises.appendFile(path, content, { mode: FILE_MODE }),
  makeFolderSync: makeFolder,
  syncFolderSync(path) {
    const fd = fs.openSync(path, 'r');
    try {
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  },
  renameSync: (from, to) => fs.renameSync(from, to),
  remove: (path) => fs.promises.rm(path, { recursive: true, force: true }),
  removeSync: (path) => fs.rmSync(path, { recursive: true, force: true }),
  list: (path) => fs.promises.readdir(path),
  async facts(path) {
    try {
      const stat = await fs.promises.stat(path);
      const { size: bytes, mtimeMs: modifiedMs, ctimeMs: changedMs, mode } = stat;
      const othersMayWrite = process.platform !== 'win32' && (mode & OTHERS_WRITE) !== 0;
      return { bytes, modifiedMs, changedMs, isFile: stat.isFile(), othersMayWrite };
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      throw error;
    }
  },
  existsSync: (path) => fs.existsSync(path),
  touch: (path, ms) => fs.promises.utimes(path, ms / 1_000, ms / 1_000),
};

async function readInto(path: string, target: Buffer, position: number): Promise<number> {
  const file = await fs.promises.open(path, 'r');
  try {
    let filled = 0;
    while (filled < target.length) {
      const { bytesRead } = await file.read(target, filled, target.length - filled, position + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return filled;
  } finally {
    await file.close();
  }
}
