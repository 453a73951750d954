/**
 * What the loader remembers between ticks, in S3. All of it is a hint: without it the ledger leads to the same result,
 * only with more listing and some SQL. A state that cannot be parsed therefore counts as absent.
 */
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { formatLastTick, type LastTick, parseLastTick } from '@dataloaf/core/last-tick';
import {
  CATALOG_KEY,
  FULL_LISTING_KEY,
  INFLIGHT_KEY,
  LAST_TICK_KEY,
  LOADED_FILES_KEY,
} from '@dataloaf/core/storage-keys';
import { isObject } from '@dataloaf/core/values/parsed';
import type { FullListing } from './late-objects.ts';

/** Copy of the ledger for the hours that every tick lists again. */
export interface LoadedObjects {
  /** The newest load in the copy. A ledger that ends before it was restored, and the copy is void. */
  readonly load_id: number;
  /** First position of the range in which the copy is complete. */
  readonly from: string;
  /** Last position of that range; null: no end. */
  readonly to: string | null;
  /** Addresses, `s3://bucket/key`. */
  readonly keys: readonly string[];
}

/** The newest statement of a load, which a tick may have left running. */
export interface Inflight {
  readonly batch_id: string;
  readonly attempt: number;
  readonly statement_id: string;
}

/** The newest refresh of the attribute catalogue, whose outcome nobody has looked at yet. */
export interface StartedRefresh {
  readonly load_id: number;
  readonly statement_id: string;
}

export interface StateStore {
  readLastTick(): Promise<LastTick | undefined>;
  writeLastTick(state: LastTick): Promise<void>;
  readLoadedObjects(): Promise<LoadedObjects | undefined>;
  writeLoadedObjects(state: LoadedObjects): Promise<void>;
  readInflight(): Promise<Inflight | undefined>;
  writeInflight(state: Inflight | null): Promise<void>;
  readRefresh(): Promise<StartedRefresh | undefined>;
  writeRefresh(state: StartedRefresh): Promise<void>;
  readFullListing(): Promise<FullListing | undefined>;
  writeFullListing(state: FullListing): Promise<void>;
  /** For a recreated warehouse: the next tick lists everything. */
  forget(): Promise<void>;
}

export function createStateStore(s3: S3Client, bucket: string): StateStore {
  const read = async (key: string): Promise<string> => {
    try {
      const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return (await object.Body?.transformToString()) ?? '';
    } catch (error) {
      if (error instanceof Error && error.name === 'NoSuchKey') return 'null';
      throw error;
    }
  };
  const write = async (key: string, body: string): Promise<void> => {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: 'application/json' }));
  };
  return {
    async readLastTick() {
      const parsed = parseLastTick(await read(LAST_TICK_KEY));
      return parsed.kind === 'tick' ? parsed.tick : undefined;
    },
    writeLastTick: (state) => write(LAST_TICK_KEY, formatLastTick(state)),
    readLoadedObjects: async () => parseLoadedObjects(parseJson(await read(LOADED_FILES_KEY))),
    writeLoadedObjects: (state) => write(LOADED_FILES_KEY, JSON.stringify(state)),
    readInflight: async () => parseInflight(parseJson(await read(INFLIGHT_KEY))),
    writeInflight: (state) => write(INFLIGHT_KEY, JSON.stringify(state)),
    readRefresh: async () => parseRefresh(parseJson(await read(CATALOG_KEY))),
    writeRefresh: (state) => write(CATALOG_KEY, JSON.stringify(state)),
    readFullListing: async () => parseFullListing(parseJson(await read(FULL_LISTING_KEY))),
    writeFullListing: ({ doneAt, at }) =>
      write(FULL_LISTING_KEY, JSON.stringify({ done_at: doneAt?.toISOString() ?? null, at })),
    async forget() {
      await write(LOADED_FILES_KEY, 'null');
      await write(LAST_TICK_KEY, 'null');
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // JSON.parse has no other reason to throw.
    return undefined;
  }
}

function parseLoadedObjects(value: unknown): LoadedObjects | undefined {
  if (!isObject(value)) return undefined;
  const { load_id, from, to, keys } = value;
  if (typeof load_id !== 'number' || typeof from !== 'string' || !isStringList(keys)) return undefined;
  if (to !== null && typeof to !== 'string') return undefined;
  return { load_id, from, to, keys };
}

const isStringList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

function parseInflight(value: unknown): Inflight | undefined {
  if (!isObject(value)) return undefined;
  const { batch_id, attempt, statement_id } = value;
  if (typeof batch_id !== 'string' || typeof attempt !== 'number' || typeof statement_id !== 'string') return undefined;
  return { batch_id, attempt, statement_id };
}

function parseRefresh(value: unknown): StartedRefresh | undefined {
  if (!isObject(value)) return undefined;
  const { load_id, statement_id } = value;
  return typeof load_id === 'number' && typeof statement_id === 'string' ? { load_id, statement_id } : undefined;
}

function parseFullListing(value: unknown): FullListing | undefined {
  if (!isObject(value)) return undefined;
  const { done_at, at } = value;
  if (at !== null && typeof at !== 'string') return undefined;
  const doneAt = typeof done_at === 'string' ? new Date(done_at) : undefined;
  return doneAt === undefined || !Number.isNaN(doneAt.getTime()) ? { doneAt, at } : undefined;
}
