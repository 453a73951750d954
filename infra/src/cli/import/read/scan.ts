/** The first pass over a file: its hash, size and format, before any of it is sent. */
import { createHash } from 'node:crypto';
import { formatOf } from './detect-format.ts';
import type { Format } from './mapping.ts';
import { assertPlainInGzip, HEAD_BYTES } from './packed.ts';
import type { Source } from './source.ts';

export interface Scan {
  /** SHA-256 of the decompressed content, in hex. */
  readonly contentHash: string;
  /** Size of the decompressed content. */
  readonly bytes: number;
  readonly format: Format;
}

/** @throws ConfigError when the content is neither CSV nor NDJSON. Of a packed file, it reads no more than the head. */
export async function scan(source: Source, given: Format | undefined): Promise<Scan> {
  const hash = createHash('sha256');
  let head = Buffer.alloc(0);
  let bytes = 0;
  for await (const chunk of source.chunks()) {
    hash.update(chunk);
    bytes += chunk.length;
    if (head.length === HEAD_BYTES) continue;
    head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES - head.length)]);
    if (source.isGzip && head.length === HEAD_BYTES) assertPlainInGzip(head, source.name);
  }
  if (source.isGzip) assertPlainInGzip(head, source.name);
  return { contentHash: hash.digest('hex'), bytes, format: given ?? formatOf(source.name, head.toString('utf8')) };
}
