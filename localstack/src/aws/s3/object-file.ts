/**
 * One object in one file: its raw bytes, then its description as JSON, the length of the description (4 bytes) and a mark.
 * Bytes and description share a file so that one rename makes both visible. The description comes last because it contains
 * the checksum of the bytes, and so that `zcat` and `head` can read the file.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { StorageError } from '@dataloaf/core/errors';

export interface ObjectInfo {
  readonly key: string;
  readonly size: number;
  /** MD5 in hex, without quotes. */
  readonly etag: string;
  readonly lastModifiedMs: number;
  /** Headers that GetObject returns: content-type, content-encoding, x-amz-meta-*... */
  readonly headers: Readonly<Record<string, string>>;
  /** Base64, by name (`crc32`...). */
  readonly checksums: Readonly<Record<string, string>>;
}

/** The description before the bytes are written. */
export type ObjectDescription = Omit<ObjectInfo, 'size'>;

const MARK = 'DLO1';
const FOOTER_BYTES = 4 + MARK.length;
/** S3 allows 1 KB of key, 2 KB of metadata and 8 KB of headers; one read of this size almost always has the description. */
const TAIL_BYTES = 4096;

/** Calls `describe` after all chunks are written. */
export async function writeObjectFile(
  path: string,
  chunks: AsyncIterable<Buffer>,
  describe: () => Promise<ObjectDescription>,
): Promise<ObjectInfo> {
  const file = await open(path, 'wx', 0o600);
  try {
    let size = 0;
    for await (const chunk of chunks) {
      await file.writeFile(chunk); // Continues after the last chunk, and unlike `write` never writes only a part.
      size += chunk.length;
    }
    const info: ObjectInfo = { ...(await describe()), size };
    await file.writeFile(footerOf(info));
    return info;
  } finally {
    await file.close();
  }
}

export async function readObjectInfo(path: string): Promise<ObjectInfo> {
  const file = await open(path, 'r');
  try {
    return await readInfo(file, path);
  } finally {
    await file.close();
  }
}

/** The caller closes `file`. It keeps reading the same object even when another one replaces it. */
export async function openObjectFile(path: string): Promise<{ readonly info: ObjectInfo; readonly file: FileHandle }> {
  const file = await open(path, 'r');
  try {
    return { info: await readInfo(file, path), file };
  } catch (error) {
    await file.close();
    throw error;
  }
}

function footerOf(info: ObjectInfo): Buffer {
  const json = Buffer.from(JSON.stringify(info), 'utf8');
  const footer = Buffer.alloc(FOOTER_BYTES);
  footer.writeUInt32BE(json.length, 0);
  footer.write(MARK, 4, 'latin1');
  return Buffer.concat([json, footer]);
}

async function readInfo(file: FileHandle, path: string): Promise<ObjectInfo> {
  const { size } = await file.stat();
  let tail = await readTail(file, size, TAIL_BYTES);
  if (tail.length < FOOTER_BYTES || tail.toString('latin1', tail.length - MARK.length) !== MARK)
    throw foreignFile(path);
  const bytes = tail.readUInt32BE(tail.length - FOOTER_BYTES) + FOOTER_BYTES;
  if (bytes > size) throw foreignFile(path);
  if (bytes > tail.length) tail = await readTail(file, size, bytes);
  const parsed: unknown = JSON.parse(tail.toString('utf8', tail.length - bytes, tail.length - FOOTER_BYTES));
  if (!isInfo(parsed) || parsed.size !== size - bytes) throw foreignFile(path);
  return parsed;
}

async function readTail(file: FileHandle, size: number, most: number): Promise<Buffer> {
  const length = Math.min(size, most);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
  return buffer.subarray(0, bytesRead);
}

const isInfo = (value: unknown): value is ObjectInfo =>
  typeof value === 'object' &&
  value !== null &&
  'key' in value &&
  'size' in value &&
  'etag' in value &&
  'headers' in value;

const foreignFile = (path: string): StorageError =>
  new StorageError('object_file_invalid', `Expected ${path} to be a complete object of the local S3, it is not.`, {
    hint: 'Remove the file if you put it there; S3 does not show it.',
  });
