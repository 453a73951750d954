/**
 * Parses the JSON body of a request within the limits, which also bound the cost of hostile input: the size is checked
 * before and after decompression, and the nesting is counted on the bytes, before JSON.parse runs.
 */
import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { RequestError } from '../errors.ts';
import { BODY_BYTES_MAX, BODY_INFLATED_BYTES_MAX, DEPTH_MAX } from '../limits.ts';
import type { HttpRequest } from './api-gateway.ts';

const inflate = promisify(gunzip);

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = new Set([0x5b, 0x7b]);
const CLOSE = new Set([0x5d, 0x7d]);

/** @throws RequestError 400 or 413 */
export async function readJsonBody(request: HttpRequest): Promise<unknown> {
  const wire = Buffer.from(request.body ?? '', request.isBase64Encoded ? 'base64' : 'utf8');
  if (wire.length > BODY_BYTES_MAX) throw tooLarge(BODY_BYTES_MAX, 'as sent');
  const bytes = await inflateBody(wire, request.headers['content-encoding']);
  if (bytes.length > BODY_INFLATED_BYTES_MAX) throw tooLarge(BODY_INFLATED_BYTES_MAX, 'decompressed');
  // A lenient decoder replaces invalid bytes, and so could turn two different ids into one.
  if (!isUtf8(bytes)) throw new RequestError(400, 'body_not_utf8', { message: 'Expected the body to be UTF-8.' });
  if (depthOf(bytes) > DEPTH_MAX) {
    throw new RequestError(400, 'body_too_deep', { message: `Expected a body nested at most ${DEPTH_MAX} deep.` });
  }
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new RequestError(400, 'body_not_json', {
      message: 'Expected the body to be JSON, got something else.',
      cause,
    });
  }
}

async function inflateBody(wire: Buffer, encoding: string | undefined): Promise<Buffer> {
  if (encoding === undefined || encoding === '' || encoding === 'identity') return wire;
  if (encoding !== 'gzip') {
    throw new RequestError(400, 'encoding_unknown', {
      message: 'Expected content-encoding gzip or identity, got another.',
    });
  }
  try {
    return await inflate(wire, { maxOutputLength: BODY_INFLATED_BYTES_MAX });
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE') {
      throw tooLarge(BODY_INFLATED_BYTES_MAX, 'decompressed');
    }
    throw new RequestError(400, 'body_not_gzip', {
      message: 'Expected a gzip body, as content-encoding says, got something else.',
      cause,
    });
  }
}

const tooLarge = (max: number, form: string): RequestError =>
  new RequestError(413, 'body_too_large', {
    message: `Expected a body of at most ${max} bytes ${form}, got more.`,
    hint: 'Send fewer items in one request.',
  });

/** The deepest nesting of arrays and objects. Brackets inside strings do not count. */
export function depthOf(bytes: Uint8Array): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) {
      at = endOfString(bytes, at);
    } else if (OPEN.has(byte)) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (CLOSE.has(byte)) {
      depth -= 1;
    }
  }
  return deepest;
}

function endOfString(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}
