/** A zip archive with one uncompressed file: Lambda takes a function's code in this format. */
import { crc32 } from 'node:zlib';

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END = 0x06054b50;
const VERSION = 20;
/** 1980-01-01, the first day of the format, so that the archive is always the same. */
const DATE = 0x21;
/** A Unix file that everybody may read. */
const MADE_BY_UNIX = (3 << 8) | VERSION;
const MODE = 0o100644 * 0x10000;

export function zipOf(name: string, content: Buffer): Buffer {
  const path = Buffer.from(name, 'utf8');
  const common = commonFields(path, content);
  const local = Buffer.concat([words32(LOCAL_HEADER), words16(VERSION), common, path, content]);
  const central = Buffer.concat([
    words32(CENTRAL_HEADER),
    words16(MADE_BY_UNIX, VERSION),
    common,
    words16(0, 0, 0), // No comment, first disk, no text flag.
    words32(MODE, 0),
    path,
  ]);
  const end = Buffer.concat([words32(END), words16(0, 0, 1, 1), words32(central.length, local.length), words16(0)]);
  return Buffer.concat([local, central, end]);
}

/** Flags, method "stored", time and date, checksum, sizes, lengths of name and extra field: the same in both headers. */
const commonFields = (path: Buffer, content: Buffer): Buffer =>
  Buffer.concat([
    words16(0, 0, 0, DATE),
    words32(crc32(content), content.length, content.length),
    words16(path.length, 0),
  ]);

function words16(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt16LE(value, 2 * index);
  return bytes;
}

function words32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value >>> 0, 4 * index);
  return bytes;
}
