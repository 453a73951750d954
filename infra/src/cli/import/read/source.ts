/**
 * The file to import, readable twice: once for its hash, once to send it. Standard input and pipes are spooled first, into a
 * file of mode 0600. It is unlinked before the first byte is written to it, so that not even a SIGKILL leaves it on the disk.
 */
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ConfigError, messageOf } from '@dataloaf/core/errors';
import { CHUNK_BYTES } from '../limits.ts';
import { assertPlain, HEAD_BYTES } from './packed.ts';

export interface Source {
  /** For people: the file's name, or `stdin` for standard input. */
  readonly name: string;
  readonly isGzip: boolean;
  /** The decompressed content. A file that grows after it was opened is read up to the size that it had then. */
  chunks(): AsyncIterable<Buffer>;
  close(): Promise<void>;
}

/** Names standard input on the command line. */
export const STDIN = '-';
const GZIP = '1f8b';

/** @throws ConfigError when the file cannot be read */
export async function openSource(file: string, stdin: Readable): Promise<Source> {
  if (file === STDIN) return describe('stdin', await spool(stdin));
  const handle = await openFile(file);
  const stat = await handle.stat();
  if (stat.isFile()) return describe(basename(file), handle);
  // A pipe, such as <(zcat ...): it can be read only once.
  const spooled = await spool(handle.createReadStream()).finally(() => handle.close().catch(() => undefined));
  return describe(file.startsWith('/dev/') ? 'pipe' : basename(file), spooled);
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    const handle = await open(file, 'r');
    if (!(await handle.stat()).isDirectory()) return handle;
    await handle.close();
  } catch (cause) {
    throw new ConfigError('file_unreadable', `Expected to read ${file}, got: ${messageOf(cause)}`, { cause });
  }
  throw new ConfigError('file_unreadable', `Expected a file, but ${file} is a folder.`);
}

async function spool(input: Readable): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'dataloaf-import-'));
  try {
    const handle = await open(join(folder, 'spool'), 'wx+', 0o600);
    await rm(folder, { recursive: true });
    for await (const chunk of input) await handle.appendFile(chunk);
    return handle;
  } catch (cause) {
    await rm(folder, { recursive: true, force: true });
    throw new ConfigError('spool_failed', `Expected to spool the input to ${tmpdir()}, got: ${messageOf(cause)}`, {
      cause,
      hint: 'Set TMPDIR to a folder with enough space, or import a file.',
    });
  }
}

async function describe(name: string, handle: FileHandle): Promise<Source> {
  const { size } = await handle.stat();
  const buffer = Buffer.alloc(HEAD_BYTES);
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
  const head = buffer.subarray(0, bytesRead);
  const isGzip = head.toString('hex', 0, 2) === GZIP;
  try {
    if (!isGzip) assertPlain(head, name);
  } catch (error) {
    await handle.close();
    throw error;
  }
  return {
    name,
    isGzip,
    chunks: () => read(handle, { size, isGzip, name }),
    close: () => handle.close(),
  };
}

interface Extent {
  readonly size: number;
  readonly isGzip: boolean;
  readonly name: string;
}

async function* read(handle: FileHandle, { size, isGzip, name }: Extent): AsyncGenerator<Buffer> {
  try {
    const raw = readRaw(handle, size);
    // The loop throws an error of the pipeline; the empty callback keeps it from being thrown twice.
    yield* isGzip ? pipeline(Readable.from(raw), createGunzip({ chunkSize: CHUNK_BYTES }), () => undefined) : raw;
  } catch (cause) {
    throw new ConfigError('file_unreadable', `Expected to read ${name} to its end, got: ${messageOf(cause)}`, {
      cause,
      hint: isGzip ? 'The gzip file is damaged or incomplete.' : 'Fix that and run the same command again.',
    });
  }
}

/** Reads by position, so that the same handle can be read twice. */
async function* readRaw(handle: FileHandle, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < size; ) {
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size - at));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}
