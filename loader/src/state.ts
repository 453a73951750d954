/**
 * What the loader remembers between ticks, in S3. All of it is a hint: without it the ledger answers the same, only
 * with more listing and some SQL. So a state that cannot be read counts as absent.
 */
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { INFLIGHT_KEY, LAST_TICK_KEY, LOADED_FILES_KEY } from '@dataloaf/core/storage-keys';
import { isObject } from '@dataloaf/core/values/parsed';

/** Written by each tick, shown as "loaded up to". */
export interface LastTick {
  readonly checked_at: string;
  /** Every object that arrived up to here is loaded or parked; null when that is not known. */
  readonly complete_to: string | null;
  readonly load_id: number | null;
  readonly parked: number;
}

/** Copy of the ledger for the hours that are listed again and again. */
export interface LoadedFiles {
  /** The newest load it knows; a ledger with a smaller one was restored, and this copy is void. */
  readonly load_id: number;
  /** Keys, behind the stream's prefix, from which on it is complete. */
  readonly from: string;
  /** And up to which; null: to the end. */
  readonly to: string | null;
  readonly keys: readonly string[];
}

/** The statement that a tick left running. */
export interface Inflight {
  readonly batch_id: string;
  readonly attempt: number;
  readonly statement_id: string;
}

export interface StateStore {
  readLastTick(): Promise<LastTick | undefined>;
  writeLastTick(state: LastTick): Promise<void>;
  readLoadedFiles(): Promise<LoadedFiles | undefined>;
  writeLoadedFiles(state: LoadedFiles): Promise<void>;
  readInflight(): Promise<Inflight | undefined>;
  writeInflight(state: Inflight | null): Promise<void>;
  /** For a warehouse made anew: the next tick lists everything. */
  forget(): Promise<void>;
}

export function createStateStore(s3: S3Client, bucket: string): StateStore {
  const read = async (key: string): Promise<unknown> => {
    try {
      const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return JSON.parse((await object.Body?.transformToString()) ?? 'null');
    } catch (error) {
      if (error instanceof SyntaxError || (error instanceof Error && error.name === 'NoSuchKey')) return undefined;
      throw error;
    }
  };
  const write = async (key: string, state: object | null): Promise<void> => {
    const body = JSON.stringify(state);
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: 'application/json' }));
  };
  const readIf = async <State>(key: string, is: (value: unknown) => value is State): Promise<State | undefined> => {
    const value = await read(key);
    return is(value) ? value : undefined;
  };
  return {
    readLastTick: () => readIf(LAST_TICK_KEY, isLastTick),
    writeLastTick: (state) => write(LAST_TICK_KEY, state),
    readLoadedFiles: () => readIf(LOADED_FILES_KEY, isLoadedFiles),
    writeLoadedFiles: (state) => write(LOADED_FILES_KEY, state),
    readInflight: () => readIf(INFLIGHT_KEY, isInflight),
    writeInflight: (state) => write(INFLIGHT_KEY, state),
    async forget() {
      await write(LOADED_FILES_KEY, null);
      await write(LAST_TICK_KEY, null);
    },
  };
}

const isTextOrNull = (value: unknown): value is string | null => value === null || typeof value === 'string';

function isLastTick(value: unknown): value is LastTick {
  return isObject(value) && isTextOrNull(value['complete_to']) && typeof value['parked'] === 'number';
}

function isLoadedFiles(value: unknown): value is LoadedFiles {
  if (!isObject(value)) return false;
  const { load_id, from, to, keys } = value;
  return typeof load_id === 'number' && typeof from === 'string' && isTextOrNull(to) && Array.isArray(keys);
}

function isInflight(value: unknown): value is Inflight {
  return isObject(value) && typeof value['statement_id'] === 'string' && typeof value['attempt'] === 'number';
}
