/**
 * Decides whether a request may proceed: 401 without a known API key, 403 with a key of the wrong kind, 503 while the
 * keys cannot be read. A Lambda reads the keys from S3 and caches them for a minute. When a later read fails, the cached
 * keys stay valid.
 */
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { messageOf, RequestError } from '../errors.ts';
import { KEYS_CACHE_MS } from '../limits.ts';
import type { Log } from '../log.ts';
import { KEYS_KEY } from '../storage-keys.ts';
import { type HttpRequest, headerOf } from './api-gateway.ts';
import { findKey, type KeyKind, parseKeysFile, type StoredKey } from './keys.ts';

/** Returns the stored key of the sent one, when it is known and of that kind. @throws RequestError 401, 403 or 503 */
export type Authorize = (sent: string | undefined, kind: KeyKind) => Promise<StoredKey>;

export interface AuthorizePorts {
  readonly s3: S3Client;
  readonly bucket: string;
  now(): number;
  readonly log: Pick<Log, 'warn'>;
}

export function createAuthorize(ports: AuthorizePorts): Authorize {
  const readKeys = createKeyCache(ports);
  return async (sent, kind) => {
    if (sent === undefined) throw unknownKey('Expected an API key, got none.', kind);
    const found = findKey(sent, await readKeys());
    if (found === undefined) throw unknownKey('Unknown API key.', kind);
    if (found.kind === kind) return found;
    throw new RequestError(403, 'key_wrong_kind', { message: `Expected a ${kind} key, got a ${found.kind} key.` });
  };
}

/** The key in the header `Authorization: Bearer KEY`. The scheme is case-insensitive (RFC 9110). */
export function bearerOf(request: Pick<HttpRequest, 'headers'>): string | undefined {
  return /^\s*Bearer\s+(\S+)\s*$/i.exec(headerOf(request, 'authorization') ?? '')?.[1];
}

function createKeyCache({ s3, bucket, now, log }: AuthorizePorts): () => Promise<readonly StoredKey[]> {
  let cached: readonly StoredKey[] | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<readonly StoredKey[]> | undefined;

  const read = async (): Promise<readonly StoredKey[]> => {
    try {
      const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: KEYS_KEY }));
      cached = parseKeysFile((await object.Body?.transformToString()) ?? '').keys;
    } catch (cause) {
      if (cached === undefined) {
        const message = 'API keys are temporarily unavailable. Retry the request.';
        throw new RequestError(503, 'keys_unreadable', { message, cause });
      }
      // A revoked key works meanwhile; the alternative is to refuse every request.
      log.warn({ reason: messageOf(cause) }, 'keys not read, cached keys kept');
    } finally {
      reading = undefined;
    }
    readAt = now();
    return cached;
  };

  return async () => {
    if (cached !== undefined && now() - readAt < KEYS_CACHE_MS) return cached;
    // All waiting requests share one read.
    reading ??= read();
    return reading;
  };
}

const unknownKey = (message: string, kind: KeyKind): RequestError =>
  new RequestError(401, 'key_unknown', {
    message,
    hint: kind === 'server' ? 'Send the header Authorization: Bearer dl_s_...' : 'Send "key": "dl_b_..." in the body.',
  });
