/**
 * Parses the JSON body of a request within the limits, which also bound the cost of hostile input: the size is checked
 * before and after decompression, and the nesting is counted on the text, before JSON.parse runs. The body is UTF-8,
 * whatever `Content-Type` says; a byte order mark before it is ignored (RFC 8259).
 */
import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { RequestError } from '../errors.ts';
import { BODY_BYTES_MAX, BODY_INFLATED_BYTES_MAX, DEPTH_MAX } from '../limits.ts';
import { namesIn, shapeOf } from '../values/json-shape.ts';
import { type HttpRequest, headerOf } from './api-gateway.ts';
import { parseContentCoding } from './content-coding.ts';

const inflate = promisify(gunzip);

export interface JsonBody {
  readonly value: unknown;
  /** The text of a body in which a key comes twice in one object: `value` has lost the first of the two. */
  readonly repeatedIn: string | undefined;
}

const BYTE_ORDER_MARK = Buffer.from('\ufeff');
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

/** @throws RequestError 400 or 413 */
export async function readJsonBody(request: HttpRequest): Promise<JsonBody> {
  const wire = Buffer.from(request.body ?? '', request.isBase64Encoded ? 'base64' : 'utf8');
  if (wire.length > BODY_BYTES_MAX) throw tooLarge(BODY_BYTES_MAX, 'as sent');
  const bytes = await inflateBody(wire, headerOf(request, 'content-encoding'));
  if (bytes.length > BODY_INFLATED_BYTES_MAX) throw tooLarge(BODY_INFLATED_BYTES_MAX, 'decompressed');
  const text = textOf(bytes);
  const { depth, members } = shapeOf(text);
  if (depth > DEPTH_MAX) {
    throw new RequestError(400, 'body_too_deep', { message: `Expected a body nested at most ${DEPTH_MAX} deep.` });
  }
  const value = parseJson(text);
  return { value, repeatedIn: namesIn(value) === members ? undefined : text };
}

async function inflateBody(wire: Buffer, encoding: string | undefined): Promise<Buffer> {
  if (parseContentCoding(encoding) === 'identity') return wire;
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

function textOf(bytes: Buffer): string {
  // A lenient decoder replaces invalid bytes, and so could turn two different ids into one.
  if (!isUtf8(bytes)) {
    const isGzip = startsWith(bytes, GZIP_MAGIC);
    throw new RequestError(400, 'body_not_utf8', {
      message: `Expected the body to be JSON in UTF-8, got ${isGzip ? 'gzip' : 'bytes that are not UTF-8'}.`,
      ...(isGzip && { hint: 'Send the header Content-Encoding: gzip once for each body that is compressed.' }),
    });
  }
  return (startsWith(bytes, BYTE_ORDER_MARK) ? bytes.subarray(BYTE_ORDER_MARK.length) : bytes).toString('utf8');
}

const startsWith = (bytes: Buffer, start: Buffer): boolean => bytes.subarray(0, start.length).equals(start);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RequestError(400, 'body_not_json', {
      message: 'Expected the body to be JSON, got something else.',
      cause,
    });
  }
}

const tooLarge = (max: number, form: string): RequestError =>
  new RequestError(413, 'body_too_large', {
    message: `Expected a body of at most ${max} bytes ${form}, got more.`,
    hint: 'Send fewer items in one request.',
  });
