/** A small JSON object in S3 that several functions write, each only over the version that it has read. */
import { Readable } from 'node:stream';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** Ours have some hundred bytes. A larger one is not read, and counts as one that is no JSON (our choice). */
const JSON_BYTES_MAX = 64 * 1_024;

export interface StoredJsonPorts {
  readonly s3: S3Client;
  readonly bucket: string;
  /** Milliseconds since 1970. Only asked when S3 does not say what time it is. */
  now(): number;
}

export interface StoredJson {
  readonly value: unknown;
  readonly etag: string;
  /** How long ago it was written, by the clock of S3 alone: no clock of a function has to be right. */
  readonly ageMs: number;
}

/** Undefined when there is none. */
export async function readJson({ s3, bucket, now }: StoredJsonPorts, key: string): Promise<StoredJson | undefined> {
  const command = new GetObjectCommand({ Bucket: bucket, Key: key });
  let servedAt: number | undefined;
  command.middlewareStack.add(
    (next) => async (request) => {
      const result = await next(request);
      servedAt = dateOf(result.response);
      return result;
    },
    { step: 'deserialize', name: 'keepDate' },
  );
  try {
    const { Body, ContentLength: bytes = 0, ETag: etag, LastModified: writtenAt } = await s3.send(command);
    if (Body === undefined || etag === undefined) return undefined;
    // A time in the future is as wrong as one long past: an object must not stay young for ever.
    const ageMs = writtenAt === undefined ? 0 : Math.abs((servedAt ?? now()) - writtenAt.getTime());
    if (bytes <= JSON_BYTES_MAX) return { value: parse(await Body.transformToString()), etag, ageMs };
    if (Body instanceof Readable) Body.destroy();
    return { value: undefined, etag, ageMs };
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
    throw error;
  }
}

/** Returns the ETag of what was written; undefined when somebody else has written since `over` was read. */
export async function replaceJson(
  { s3, bucket }: Pick<StoredJsonPorts, 's3' | 'bucket'>,
  { key, value, over }: { readonly key: string; readonly value: object; readonly over: string | undefined },
): Promise<string | undefined> {
  const condition = over === undefined ? { IfNoneMatch: '*' } : { IfMatch: over };
  const body = { Body: JSON.stringify(value), ContentType: 'application/json' };
  try {
    const { ETag: etag = '' } = await s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, ...body, ...condition }),
    );
    return etag;
  } catch (error) {
    if (error instanceof Error && NOT_THE_SAME.has(error.name)) return undefined;
    throw error;
  }
}

/** 412, 409 when two puts meet, 404 when the object is gone. */
const NOT_THE_SAME: ReadonlySet<string> = new Set(['PreconditionFailed', 'ConditionalRequestConflict', 'NoSuchKey']);

function dateOf(response: unknown): number | undefined {
  const headers: unknown =
    typeof response === 'object' && response !== null ? Reflect.get(response, 'headers') : undefined;
  const date: unknown = typeof headers === 'object' && headers !== null ? Reflect.get(headers, 'date') : undefined;
  const ms = typeof date === 'string' ? Date.parse(date) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // JSON.parse has no other reason to throw.
    return undefined;
  }
}
