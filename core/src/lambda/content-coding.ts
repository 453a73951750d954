/**
 * The header `Content-Encoding` (RFC 9110): a list of codings, case-insensitive, with `x-gzip` as another name of gzip. We
 * take gzip once; `identity` and empty elements change nothing. Pure.
 */
import { RequestError } from '../errors.ts';

export type ContentCoding = 'gzip' | 'identity';

/** A message quotes no more than this: a header may be long. */
const QUOTED_CHARS_MAX = 64;

/** @throws RequestError 400 for another coding, and for more than one */
export function parseContentCoding(header: string | undefined): ContentCoding {
  if (header === undefined) return 'identity';
  const names = header.split(',').map((name) => name.trim().toLowerCase());
  const codings = names.filter((name) => name !== '' && name !== 'identity');
  if (codings.length === 0) return 'identity';
  const isGzip = codings.every((name) => name === 'gzip' || name === 'x-gzip');
  if (isGzip && codings.length === 1) return 'gzip';
  const got = JSON.stringify(header.slice(0, QUOTED_CHARS_MAX));
  throw new RequestError(400, 'encoding_unknown', {
    message: `Expected content-encoding gzip, once, or identity, got ${got}.`,
    hint: 'Compress the body once with gzip, or send it as it is.',
  });
}
