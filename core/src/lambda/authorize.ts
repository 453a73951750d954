/** The keys as a Lambda knows them: read from S3, trusted for a minute, and kept on while S3 cannot be read. */
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { messageOf, RequestError } from '../errors.ts';
import { KEYS_CACHE_MS } from '../limits.ts';
import type { Log } from '../log.ts';
import { KEYS_KEY } from '../storage-keys.ts';
import type { HttpRequest } from './api-gateway.ts';
import { findKey, type KeyKind, parseKeysFile, type StoredKey } from './keys.ts';

export interface KeyRing {
  /** The key itself, when it is known and of that kind. @throws RequestError 401, 403 or 503 */
  check(text: string | undefined, kind: KeyKind): Promise<StoredKey>;
}

export interface KeyRingOptions {
  readonly s3: S3Client;
  readonly bucket: string;
  now(): number;
  readonly log: Pick<Log, 'warn'>;
}

export function createKeyRing({ s3, bucket, now, log }: KeyRingOptions): KeyRing {
  let keys: readonly StoredKey[] | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<readonly StoredKey[]> | undefined;

  const read = async (): Promise<readonly StoredKey[]> => {
    try {
      const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: KEYS_KEY }));
      keys = parseKeysFile((await object.Body?.transformToString()) ?? '').keys;
      readAt = now();
      return keys;
    } catch (cause) {
      if (keys !== undefined) {
        // Keys that were good a minute ago are better than refusing every request; a revoked one works meanwhile.
        log.warn({ reason: messageOf(cause) }, 'keys not read, old ones kept');
        readAt = now();
        return keys;
      }
      throw new RequestError(503, 'keys_unreadable', { message: 'The keys cannot be read now. Send it again.', cause });
    } finally {
      reading = undefined;
    }
  };

  const current = async (): Promise<readonly StoredKey[]> => {
    if (keys !== undefined && now() - readAt < KEYS_CACHE_MS) return keys;
    // One read for all requests that wait.
    reading ??= read();
    return reading;
  };

  return {
    async check(text, kind) {
      if (text === undefined) throw unknownKey('Expected a key, got none.', kind);
      const found = findKey(text, await current());
      if (found === undefined) throw unknownKey('Expected a known key, got another.', kind);
      if (found.kind === kind) return found;
      throw new RequestError(403, 'key_wrong_kind', { message: `Expected a ${kind} key, got a ${found.kind} key.` });
    },
  };
}

const unknownKey = (message: string, kind: KeyKind): RequestError =>
  new RequestError(401, 'key_unknown', {
    message,
    hint: kind === 'server' ? 'Send the header Authorization: Bearer dl_s_...' : 'Send "key": "dl_b_..." in the body.',
  });

/** The text behind `Bearer`. */
export function bearerOf(request: HttpRequest): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(request.headers['authorization'] ?? '')?.[1];
}
