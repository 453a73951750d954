/**
 * Buckets and objects in a folder: `<dir>/<bucket>/<path of key>`. An object is written to `<dir>/.tmp` and then renamed in
 * the same turn of the event loop as the checks before it. So a condition (`If-None-Match: *`, `If-Match`) is atomic, and a SIGKILL leaves
 * the old object or the new one, never a partial one. One process owns the folder. No fsync: data does not survive a power cut.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { ServiceError } from '../service.ts';
import { isBucketName } from './bucket-name.ts';
import { keyOfPath, LONG_KEYS_FOLDER, pathOfKey } from './file-names.ts';
import { KeyIndex } from './key-index.ts';
import {
  type ObjectDescription,
  type ObjectInfo,
  openObjectFile,
  readObjectInfo,
  writeObjectFile,
} from './object-file.ts';
import type { PutCondition } from './request.ts';

export interface ObjectName {
  readonly bucket: string;
  readonly key: string;
}

export interface Upload {
  readonly chunks: AsyncIterable<Buffer>;
  /** Called after all chunks are read. When it throws, the object is not stored. */
  describe(): Promise<ObjectDescription>;
  readonly condition: PutCondition;
}

const TEMPORARY = '.tmp';

export class ObjectStore {
  readonly #dir: string;
  readonly #buckets = new Map<string, KeyIndex>();

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Finds the objects of an earlier process; reads only names. */
  async open(): Promise<void> {
    rmSync(join(this.#dir, TEMPORARY), { recursive: true, force: true });
    mkdirSync(join(this.#dir, TEMPORARY), { recursive: true, mode: 0o700 });
    for (const entry of readdirSync(this.#dir, { withFileTypes: true })) {
      if (!entry.isDirectory() || !isBucketName(entry.name)) continue;
      const folder = join(this.#dir, entry.name);
      const keys = [...shortKeys(folder), ...(await longKeys(join(folder, LONG_KEYS_FOLDER)))];
      this.#buckets.set(entry.name, new KeyIndex(keys));
    }
  }

  buckets(): readonly { readonly name: string; readonly objects: number; readonly createdMs: number }[] {
    return [...this.#buckets].map(([name, index]) => {
      const { birthtimeMs, mtimeMs } = statSync(join(this.#dir, name));
      // Some file systems record no birth time.
      return { name, objects: index.size, createdMs: birthtimeMs > 0 ? birthtimeMs : mtimeMs };
    });
  }

  createBucket(name: string): void {
    if (!isBucketName(name)) throw new ServiceError(400, 'InvalidBucketName', 'The specified bucket is not valid.');
    if (this.#buckets.has(name)) return;
    mkdirSync(join(this.#dir, name), { recursive: true, mode: 0o700 });
    this.#buckets.set(name, new KeyIndex([]));
  }

  deleteBucket(name: string): void {
    if (this.index(name).size > 0) {
      throw new ServiceError(409, 'BucketNotEmpty', 'The bucket you tried to delete is not empty.');
    }
    rmSync(join(this.#dir, name), { recursive: true, force: true });
    this.#buckets.delete(name);
  }

  /** @throws ServiceError NoSuchBucket */
  index(bucket: string): KeyIndex {
    const index = this.#buckets.get(bucket);
    if (index === undefined) throw new ServiceError(404, 'NoSuchBucket', 'The specified bucket does not exist.');
    return index;
  }

  async put(name: ObjectName, upload: Upload): Promise<ObjectInfo> {
    this.index(name.bucket);
    const temporary = join(this.#dir, TEMPORARY, randomUUID());
    try {
      const info = await writeObjectFile(temporary, upload.chunks, () => upload.describe());
      // The index then has the current ETag.
      if (upload.condition.kind === 'same') await this.info(name);
      const index = this.index(name.bucket);
      assertHolds(upload.condition, index, name.key);
      this.#commit(name, temporary);
      index.set(name.key, info);
      return info;
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  }

  /** @throws ServiceError NoSuchBucket, NoSuchKey */
  async info(name: ObjectName): Promise<ObjectInfo> {
    const index = this.index(name.bucket);
    if (!index.has(name.key)) throw noSuchKey();
    const known = index.info(name.key);
    if (known !== undefined) return known;
    const info = await readObjectInfo(this.#path(name)).catch(asNoSuchKey);
    // A concurrent write may have set a newer description than the one that was read.
    if (index.has(name.key) && index.info(name.key) === undefined) index.set(name.key, info);
    return index.info(name.key) ?? info;
  }

  /** The caller closes `file`. The object's bytes are the first `info.size` of it. */
  async read(name: ObjectName): Promise<{ readonly info: ObjectInfo; readonly file: FileHandle }> {
    if (!this.index(name.bucket).has(name.key)) throw noSuchKey();
    return openObjectFile(this.#path(name)).catch(asNoSuchKey);
  }

  delete(name: ObjectName): void {
    const index = this.index(name.bucket);
    if (!index.has(name.key)) return;
    rmSync(this.#path(name), { force: true });
    index.delete(name.key);
    this.#prune(dirname(this.#path(name)), join(this.#dir, name.bucket));
  }

  #commit(name: ObjectName, temporary: string): void {
    const path = this.#path(name);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    renameSync(temporary, path);
  }

  /** Removes folders that became empty, so that the folder on disk shows only existing keys. */
  #prune(folder: string, end: string): void {
    for (let at = folder; at !== end; at = dirname(at)) {
      if (readdirSync(at).length > 0) return;
      rmdirSync(at);
    }
  }

  #path(name: ObjectName): string {
    return join(this.#dir, name.bucket, pathOfKey(name.key));
  }
}

function* shortKeys(folder: string): Generator<string> {
  for (const path of filesBelow(folder)) {
    const key = keyOfPath(relative(folder, path).replaceAll(sep, '/'));
    if (key !== undefined) yield key;
  }
}

async function longKeys(folder: string): Promise<readonly string[]> {
  if (!existsSync(folder)) return [];
  const infos = await Promise.all([...filesBelow(folder)].map(readObjectInfo));
  return infos.map((info) => info.key);
}

function* filesBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isFile()) yield path;
    else if (entry.isDirectory() && entry.name !== LONG_KEYS_FOLDER) yield* filesBelow(path);
  }
}

/** @throws ServiceError PreconditionFailed, NoSuchKey */
function assertHolds(condition: PutCondition, index: KeyIndex, key: string): void {
  switch (condition.kind) {
    case 'none':
      return;
    case 'absent':
      if (index.has(key)) throw preconditionFailed();
      return;
    case 'same':
      if (!index.has(key)) throw noSuchKey();
      if (index.info(key)?.etag !== condition.etag) throw preconditionFailed();
  }
}

const noSuchKey = (): ServiceError => new ServiceError(404, 'NoSuchKey', 'The specified key does not exist.');
const preconditionFailed = (): ServiceError =>
  new ServiceError(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold.');

/** The file disappeared after the index lookup: the object was deleted. */
function asNoSuchKey(error: NodeJS.ErrnoException): never {
  throw error.code === 'ENOENT' ? noSuchKey() : error;
}
