/**
 * One buffer of a delivery stream = one file = one future object. The file name contains the arrival time of the oldest
 * record and a UUID; the object's key is made from both.
 *
 * open -> closed -> delivered (file removed). Only an open segment takes records. A segment found at start is closed: its
 * object may already be in S3, and one key must never have two contents. A record is stored as a frame: its length in 4 bytes,
 * then its bytes. A SIGKILL during a write leaves a torn frame at the end, which was never acknowledged and is skipped.
 */
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StackError } from '../../stack-error.ts';
import type { BufferIdentity } from './object-key.ts';

const FRAME_HEADER_BYTES = 4;
const FILE_NAME = /^(\d{1,15})-([0-9a-f-]{36})\.records$/;

export class Segment {
  readonly identity: BufferIdentity;
  readonly #path: string;
  #file: FileHandle | undefined;
  #size: number;
  #records: number;

  private constructor(path: string, identity: BufferIdentity, file: FileHandle | undefined) {
    this.#path = path;
    this.identity = identity;
    this.#file = file;
    this.#size = 0;
    this.#records = 0;
  }

  static async create(dir: string, stream: string, openedMs: number): Promise<Segment> {
    const id = randomUUID();
    const path = join(dir, `${openedMs}-${id}.records`);
    return new Segment(path, { stream, openedMs, id }, await open(path, 'wx', 0o600));
  }

  /** Segments that an earlier process left, oldest first, all closed. */
  static async recover(dir: string, stream: string): Promise<readonly Segment[]> {
    const segments: Segment[] = [];
    for (const name of await readdir(dir)) {
      const match = FILE_NAME.exec(name);
      if (match === null) {
        await rm(join(dir, name), { force: true }); // An unfinished gzip file; it will be written again.
        continue;
      }
      const segment = new Segment(
        join(dir, name),
        { stream, openedMs: Number(match[1]), id: match[2] ?? '' },
        undefined,
      );
      await segment.#measure();
      segments.push(segment);
    }
    return segments.sort((a, b) => a.identity.openedMs - b.identity.openedMs);
  }

  /** Size of the file: the records, and 4 bytes for each. */
  get bytes(): number {
    return this.#size;
  }

  get records(): number {
    return this.#records;
  }

  /** After it resolves, the records survive a SIGKILL. One call at a time. */
  async append(records: readonly Buffer[]): Promise<void> {
    const file = this.#file;
    if (file === undefined) throw new StackError('segment_closed', `Expected ${this.#path} to be open, it is closed.`);
    const frames = Buffer.concat(records.flatMap((record) => [frameHeader(record.length), record]));
    try {
      await writeAll(file, frames, this.#size);
    } catch (error) {
      await file.truncate(this.#size); // A full disk takes a part of the frames, which would corrupt those that follow.
      throw error;
    }
    this.#size += frames.length;
    this.#records += records.length;
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  /** The bytes of all records, with nothing between them. */
  async *read(): AsyncGenerator<Buffer> {
    for await (const record of this.#frames()) yield record;
  }

  async remove(): Promise<void> {
    await this.close();
    await rm(this.#path, { force: true });
  }

  /** A file next to the segment; `recover` removes it. */
  get scratchPath(): string {
    return `${this.#path}.gz`;
  }

  async #measure(): Promise<void> {
    const { size } = await stat(this.#path);
    if (size === 0) return;
    for await (const record of this.#frames()) {
      this.#records += 1;
      this.#size += FRAME_HEADER_BYTES + record.length;
    }
  }

  async *#frames(): AsyncGenerator<Buffer> {
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of createReadStream(this.#path)) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      for (let end = frameEnd(rest); end !== undefined; end = frameEnd(rest)) {
        yield rest.subarray(FRAME_HEADER_BYTES, end);
        rest = rest.subarray(end);
      }
    }
  }
}

/** At a position of ours: that of the file also moves when a write fails, and the next one would leave a gap of zeros. */
async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

function frameHeader(length: number): Buffer {
  const header = Buffer.alloc(FRAME_HEADER_BYTES);
  header.writeUInt32BE(length);
  return header;
}

/** Where the first frame ends; undefined while it is incomplete. */
function frameEnd(bytes: Buffer): number | undefined {
  if (bytes.length < FRAME_HEADER_BYTES) return undefined;
  const end = FRAME_HEADER_BYTES + bytes.readUInt32BE(0);
  return bytes.length < end ? undefined : end;
}
