/**
 * Keys of the API. A server key creates and updates everything, a browser key may only create events. Only SHA-256
 * hashes are kept, in `config/keys.json` of the events bucket; several keys are active at once, so that one can be
 * replaced without a gap.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { StorageError } from '../errors.ts';
import { KEY_BYTES_MAX } from '../limits.ts';
import { isObject } from '../values/parsed.ts';

export type KeyKind = 'server' | 'browser';

/** A key as it is kept. */
export interface StoredKey {
  /** Public part: names the key in lists, and stands before the ids of a browser key's events. */
  readonly id: string;
  readonly kind: KeyKind;
  /** Hex of the SHA-256 of the whole key. */
  readonly sha256: string;
}

export interface KeysFile {
  readonly keys: readonly StoredKey[];
}

const PREFIX: Readonly<Record<KeyKind, string>> = { server: 'dl_s_', browser: 'dl_b_' };
const KEY = /^dl_[sb]_[0-9a-f]{8}_[A-Za-z0-9_-]{43}$/;

/** A new key with its secret, shown once, and what is kept of it. */
export function createKey(kind: KeyKind): { readonly key: string; readonly stored: StoredKey } {
  const id = randomBytes(4).toString('hex');
  const key = `${PREFIX[kind]}${id}_${randomBytes(32).toString('base64url')}`;
  return { key, stored: { id, kind, sha256: sha256(key).toString('hex') } };
}

/** The stored key that `text` is, in a time that tells nothing of the hashes. */
export function findKey(text: string, keys: readonly StoredKey[]): StoredKey | undefined {
  if (text.length > KEY_BYTES_MAX || !KEY.test(text)) return undefined;
  const hash = sha256(text);
  return keys.find((key) => timingSafeEqual(hash, Buffer.from(key.sha256, 'hex')));
}

/** @throws StorageError when the file is not what this version writes */
export function parseKeysFile(text: string): KeysFile {
  const file: unknown = JSON.parse(text);
  const keys = isObject(file) && Array.isArray(file['keys']) ? file['keys'] : undefined;
  if (keys?.every(isStoredKey)) return { keys };
  throw new StorageError('keys_invalid', 'Expected config/keys.json to list keys with id, kind and sha256.', {
    hint: 'Write it anew with `dataloaf keys`.',
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
