/**
 * File names of objects. The path of a file is the object's key, so a developer can read the folder with ordinary tools.
 * Characters that a file system may treat specially are written as `%xx`: upper case (macOS folds it), non-ASCII, `.`, `..`.
 * Objects `a` and `a/b` may both exist, so a file without a dot in its name, and a folder with a dot, get a `%` at the end.
 * A key whose path would be too long is stored under the hash of the key. Every object file also contains its key.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** Folder for keys that are too long for a path. `%l` is not an escape, so no key maps to it. */
export const LONG_KEYS_FOLDER = '%long';
/** File systems allow 255 bytes in a name. */
const SEGMENT_BYTES_MAX = 250;
/** macOS allows 1,024 bytes in a whole path; the rest is left for the data folder. */
const PATH_BYTES_MAX = 700;
const EMPTY_SEGMENT = '%0';

/** Path of the object's file, relative to its bucket's folder. */
export function pathOfKey(key: string): string {
  const segments = key.split('/').map(encodeSegment);
  const names = segments.map((segment, index) => {
    const isFile = index === segments.length - 1;
    return segment.includes('.') === isFile ? segment : `${segment}%`;
  });
  const path = join(...names);
  const isLong = path.length > PATH_BYTES_MAX || names.some((name) => name.length > SEGMENT_BYTES_MAX);
  return isLong ? join(LONG_KEYS_FOLDER, createHash('sha256').update(key).digest('hex')) : path;
}

/** The key of the file at `path`; undefined when no key has that path. Not for the folder of long keys. */
export function keyOfPath(path: string): string | undefined {
  try {
    const key = path
      .split('/')
      .map((name) => decodeSegment(name.endsWith('%') ? name.slice(0, -1) : name))
      .join('/');
    return pathOfKey(key) === path ? key : undefined;
  } catch {
    return undefined; // Not percent-encoded UTF-8: somebody else put the file there.
  }
}

function encodeSegment(segment: string): string {
  if (segment === '') return EMPTY_SEGMENT;
  if (segment === '.' || segment === '..') return segment.replaceAll('.', '%2e');
  let encoded = '';
  for (const byte of Buffer.from(segment, 'utf8')) {
    const character = String.fromCharCode(byte);
    encoded += /[a-z0-9._=-]/.test(character) ? character : `%${byte.toString(16).padStart(2, '0')}`;
  }
  return encoded;
}

const decodeSegment = (segment: string): string => (segment === EMPTY_SEGMENT ? '' : decodeURIComponent(segment));
