/**
 * File names of objects. A key's path is its own name, so that a developer can read the folder with ordinary tools; what a
 * file system may treat specially is written as `%xx`: upper case (macOS folds it), other than ASCII, `.` and `..`.
 * An object `a` and an object `a/b` may both exist: a file without a dot in its name, and a folder with one, end in `%`.
 * Keys whose path would be too long get the hash of the key as name; every object file also holds its key.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** Folder of the keys that are too long for a path. `%l` is no escape, so no key maps to it. */
export const LONG_KEYS_FOLDER = '%long';
/** File systems take 255 bytes in a name. */
const SEGMENT_BYTES_MAX = 250;
/** macOS takes 1,024 bytes in a whole path; the rest is left to the data folder. */
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

/** The key of a file found at `path`, or undefined when no key has that path. Not for the folder of long keys. */
export function keyOfPath(path: string): string | undefined {
  try {
    const key = path
      .split('/')
      .map((name) => decodeSegment(name.endsWith('%') ? name.slice(0, -1) : name))
      .join('/');
    return pathOfKey(key) === path ? key : undefined;
  } catch {
    return undefined; // Not an escape of UTF-8: a file that somebody else put there.
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
