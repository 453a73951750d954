/**
 * API keys. A server key may create events and users and update users; a browser key may only create events. Only the
 * SHA-256 hash of a key is stored, in `config/keys.json` of the events bucket. Several keys can be active at once, so
 * that a key can be replaced without an outage.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { StorageError } from '../errors.ts';
import { KEY_BYTES_MAX } from '../limits.ts';
import { isObject } from '../values/parsed.ts';

export type KeyKind = 'server' | 'browser';

/** What is stored of a key. */
export interface StoredKey {
  /** The public part: it identifies the key in lists, and prefixes the event ids of a browser key. */
  readonly id: string;
  readonly kind: KeyKind;
  /** SHA-256 of the whole key, in hex. */
  readonly sha256: string;
}

export interface KeysFile {
  readonly keys: readonly StoredKey[];
}

const PREFIX: Readonly<Record<KeyKind, string>> = { server: 'dl_s_', browser: 'dl_b_' };
const KEY = /^dl_[sb]_[0-9a-f]{8}_[A-Za-z0-9_-]{43}$/;

/** A new key: `key` contains the secret and is shown once, `stored` is what is kept. */
export function createKey(kind: KeyKind): { readonly key: string; readonly stored: StoredKey } {
  const id = randomBytes(4).toString('hex');
  const key = `${PREFIX[kind]}${id}_${randomBytes(32).toString('base64url')}`;
  return { key, stored: { id, kind, sha256: sha256(key).toString('hex') } };
}

/** The stored key of `text`. Hashes are compared in constant time, so that the timing reveals nothing about them. */
export function findKey(text: string, keys: readonly StoredKey[]): StoredKey | undefined {
  if (text.length > KEY_BYTES_MAX || !KEY.test(text)) return undefined;
  const hash = sha256(text);
  return keys.find((key) => timingSafeEqual(hash, Buffer.from(key.sha256, 'hex')));
}

/** @throws StorageError when the object is not in the format of this version */
export function parseKeysFile(text: string): KeysFile {
  const file: unknown = JSON.parse(text);
  const keys = isObject(file) && Array.isArray(file['keys']) ? file['keys'] : undefined;
  if (keys?.every(isStoredKey)) return { keys };
  throw new StorageError('keys_invalid', 'Expected config/keys.json to list keys with id, kind and sha256.', {
    hint: 'Restart the stack: `npm run local` writes the object at every start.',
  });
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

function isStoredKey(value: unknown): value is StoredKey {
  if (!isObject(value)) return false;
  const { id, kind, sha256: hash } = value;
  return (
    typeof id === 'string' &&
    (kind === 'server' || kind === 'browser') &&
    typeof hash === 'string' &&
    /^[0-9a-f]{64}$/.test(hash)
  );
}
