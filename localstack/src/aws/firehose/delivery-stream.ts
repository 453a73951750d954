/**
 * One delivery stream. Records are appended to the open segment before they are acknowledged. A segment is closed when it
 * reaches the buffer size or age of the stream, and delivered as one gzip object through the real S3 client. A failed
 * delivery is retried forever. A segment that is delivered again after a crash has the same key and the same bytes, so a
 * crash between the S3 write and the removal of the segment leaves no duplicate.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Log } from '@dataloaf/core/log';
import type { StreamSpec } from '@dataloaf/infra/deployment';
import type { Clock, Timer } from '../../clock.ts';
import type { Faults } from '../../faults.ts';
import { type BufferIdentity, objectKey } from './object-key.ts';
import { Segment } from './segment.ts';

export interface DeliveryStreamOptions {
  readonly spec: StreamSpec;
  /** Folder of this stream alone. */
  readonly dir: string;
  readonly s3: S3Client;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly log: Log;
}

export interface StreamStatus {
  readonly name: string;
  readonly pendingRecords: number;
  readonly pendingBytes: number;
  /** Objects delivered since the start. */
  readonly delivered: number;
}

interface Buffering {
  readonly segment: Segment;
  timer: Timer;
  retryMs: number;
  /** Set while it is being delivered. */
  delivery: Promise<void> | undefined;
}

/** Shortest and longest pause before a retry of a delivery; AWS does not document its own. */
const RETRY_MS_MIN = 5_000;
const RETRY_MS_MAX = 300_000;
/** The client does not retry a streamed request, and one transient error should not fail a flush. */
const FLUSH_ATTEMPTS = 3;
const MB = 1024 * 1024;
/** A load reads each object once; a higher level would cost more CPU time than the disk space is worth. */
const GZIP_LEVEL = 6;

export class DeliveryStream {
  readonly #options: DeliveryStreamOptions;
  readonly #pending = new Set<Buffering>();
  #open: Buffering | undefined;
  #appending: Promise<unknown> = Promise.resolve();
  #delivered = 0;
  #isStopped = false;

  constructor(options: DeliveryStreamOptions) {
    this.#options = options;
  }

  /** Takes over the records that an earlier process acknowledged. */
  async start(): Promise<void> {
    const { dir, spec } = this.#options;
    await mkdir(dir, { recursive: true, mode: 0o700 });
    objectKey(spec.prefix, { stream: spec.name, openedMs: 0, id: '' }); // Throws for a prefix that cannot be evaluated.
    for (const segment of await Segment.recover(dir, spec.name)) {
      if (segment.records === 0) await segment.remove();
      else this.#pending.add(this.#bufferOf(segment));
    }
  }

  /** Delivers nothing: pending records are on disk, and the next start takes them over. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const { timer } of this.#pending) timer.cancel();
    await this.#appending;
    await Promise.allSettled([...this.#pending].map(({ delivery }) => delivery));
    await this.#open?.segment.close();
  }

  status(): StreamStatus {
    const segments = [...this.#pending].map(({ segment }) => segment);
    return {
      name: this.#options.spec.name,
      pendingRecords: segments.reduce((sum, segment) => sum + segment.records, 0),
      pendingBytes: segments.reduce((sum, segment) => sum + segment.bytes, 0),
      delivered: this.#delivered,
    };
  }

  /** After it resolves, the records survive a SIGKILL. Concurrent calls are written one after the other. */
  put(records: readonly Buffer[]): Promise<void> {
    const done = this.#appending.then(() => this.#append(records));
    this.#appending = done.catch(() => undefined); // The caller gets the error; the next call only waits for the end.
    return done;
  }

  /** Delivers everything that is pending, now. @returns number of objects. @throws the first failure, after all were tried */
  async flush(): Promise<number> {
    await this.#appending;
    const pending = [...this.#pending];
    for (let attempt = 1; ; attempt += 1) {
      const results = await Promise.allSettled(pending.map((buffering) => this.#deliver(buffering)));
      const failure = results.find((result) => result.status === 'rejected');
      if (failure === undefined) return pending.length;
      if (attempt === FLUSH_ATTEMPTS) throw failure.reason;
    }
  }

  async #append(records: readonly Buffer[]): Promise<void> {
    if (records.length === 0) return;
    const { spec, dir, clock } = this.#options;
    if (this.#open === undefined) {
      this.#open = this.#bufferOf(await Segment.create(dir, spec.name, clock.now()));
      this.#pending.add(this.#open);
    }
    const open = this.#open;
    await open.segment.append(records);
    if (open.segment.bytes >= spec.bufferMb * MB) this.#deliverLater(open);
  }

  #bufferOf(segment: Segment): Buffering {
    const { clock, spec } = this.#options;
    // Without this, a clock that was advanced before a restart would put the due time far into the future.
    const openedMs = Math.min(segment.identity.openedMs, clock.now());
    const buffering: Buffering = {
      segment,
      timer: clock.at(openedMs + spec.bufferSeconds * 1_000, () => this.#tryDeliver(buffering)),
      retryMs: RETRY_MS_MIN,
      delivery: undefined,
    };
    return buffering;
  }

  /** Through the clock, so that `advance` and `stop` wait for it. */
  #deliverLater(buffering: Buffering): void {
    if (this.#open === buffering) this.#open = undefined;
    buffering.timer.cancel();
    buffering.timer = this.#options.clock.after(0, () => this.#tryDeliver(buffering));
  }

  async #tryDeliver(buffering: Buffering): Promise<void> {
    try {
      await this.#deliver(buffering);
    } catch (error) {
      this.#options.log.warn({ err: error, stream: this.#options.spec.name }, 'delivery failed, will retry');
    }
  }

  /** Concurrent calls for one segment share one delivery. */
  async #deliver(buffering: Buffering): Promise<void> {
    if (!this.#pending.has(buffering)) return;
    buffering.delivery ??= this.#deliverOnce(buffering).finally(() => {
      buffering.delivery = undefined;
    });
    await buffering.delivery;
  }

  async #deliverOnce(buffering: Buffering): Promise<void> {
    const { segment } = buffering;
    buffering.timer.cancel();
    if (this.#open === buffering) this.#open = undefined;
    await this.#appending; // A write in progress still belongs to this segment.
    try {
      if (segment.records > 0) await this.#upload(segment); // It is empty when its first write failed.
    } catch (error) {
      this.#retry(buffering);
      throw error;
    }
    await segment.remove();
    this.#pending.delete(buffering);
    this.#delivered += 1;
  }

  #retry(buffering: Buffering): void {
    if (this.#isStopped) return;
    buffering.timer = this.#options.clock.after(buffering.retryMs, () => this.#tryDeliver(buffering));
    buffering.retryMs = Math.min(buffering.retryMs * 2, RETRY_MS_MAX);
  }

  /** Through a file: S3 needs the size up front, and the object may not fit into memory. */
  async #upload(segment: Segment): Promise<void> {
    const { spec, faults } = this.#options;
    await segment.close();
    const path = segment.scratchPath;
    await pipeline(segment.read(), createGzip({ level: GZIP_LEVEL }), createWriteStream(path, { mode: 0o600 }));
    await this.#putObject(path, segment.identity);
    const again = faults.take('firehose_delivers_twice', ({ stream }) => stream === undefined || stream === spec.name);
    if (again !== undefined) await this.#putObject(path, { ...segment.identity, id: `${segment.identity.id}-again` });
    await rm(path, { force: true });
  }

  async #putObject(path: string, identity: BufferIdentity): Promise<void> {
    const { s3, spec } = this.#options;
    const { size } = await stat(path);
    await s3.send(
      new PutObjectCommand({
        Bucket: spec.bucket,
        Key: objectKey(spec.prefix, identity),
        Body: createReadStream(path),
        ContentLength: size,
        ContentType: 'application/octet-stream',
        ContentEncoding: 'gzip', // As AWS sets it, so clients that decode automatically get plain text.
      }),
    );
  }
}
