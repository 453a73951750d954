/**
 * The engine of a client: journal, adopted journals, dispatcher and sender, and the order in which they start and stop.
 * A capture appends to the journal, the dispatcher reads batches from it, the sender sends them until each item is
 * decided, and the journal that holds an item settles it.
 */
import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { readProcessIdentity, readStartTicks } from '@dataloaf/core/process-identity';
import type { EncodedItem } from '../capture/encode-item.ts';
import { DeadLetters } from '../delivery/dead-letters.ts';
import { Dispatcher } from '../delivery/dispatcher.ts';
import { Gate } from '../delivery/gate.ts';
import { IN_CLEAR, isInClear } from '../delivery/in-clear.ts';
import { type RejectedRecord, Sender } from '../delivery/sender.ts';
import { ServerClock } from '../delivery/server-clock.ts';
import { createTransport, type Transport } from '../delivery/transport.ts';
import type { Disk } from '../disk.ts';
import { Adopter } from '../journal/adopter.ts';
import { Journal, type JournalEvents } from '../journal/journal.ts';
import type { PersistedAnswer } from '../journal/persisted-answer.ts';
import { idOf, type JournalItem, type JournalRecord } from '../journal/record.ts';
import type { Damage } from '../journal/segment-reader.ts';
import { SetAside } from '../journal/set-aside.ts';
import { BufferPool } from '../journal/shared-buffer.ts';
import { HEARTBEAT_MS, SEGMENT_BYTES_MAX } from '../limits.ts';
import { fingerprintOf } from '../ownership/fingerprint.ts';
import { Ownership } from '../ownership/ownership.ts';
import { runtime } from '../runtime.ts';
import { StopSignal, sleep } from '../timing.ts';
import type { DropReason, ItemKind, ResendOptions, ResendResult } from '../types.ts';
import type { ResolvedOptions } from './options.ts';
import type { Reporter } from './reporter.ts';

export interface PipelinePorts {
  readonly disk: Disk;
  /** Wall clock in milliseconds. */
  readonly now: () => number;
  readonly random: () => number;
}

/** The JSON around the items of a request. */
const BODY_FRAME_BYTES = 64;
/** Segments in a journal of the smallest allowed size, so that the oldest can be dropped without the others. */
const SEGMENTS_MIN = 8;

export class Pipeline {
  readonly journal: Journal;
  readonly adopter: Adopter;
  readonly dispatcher: Dispatcher;
  readonly clock: ServerClock;
  delivered = 0;
  requests = 0;
  retries = 0;
  requeued = 0;
  /** Bytes left on disk when the pipeline closed. */
  remainingBytes = 0;
  readonly #options: ResolvedOptions;
  readonly #disk: Disk;
  readonly #reporter: Reporter;
  readonly #stop = new StopSignal();
  readonly #transport: Transport;
  readonly #setAside: SetAside;
  readonly #deadLetters: DeadLetters;
  readonly #heartbeat: NodeJS.Timeout;
  #progress: (() => void)[] = [];
  #isDraining = false;
  #isClosed = false;
  #resend: Promise<unknown> = Promise.resolve();

  constructor(options: ResolvedOptions, ports: PipelinePorts, reporter: Reporter) {
    this.#options = options;
    this.#disk = ports.disk;
    this.#reporter = reporter;
    const { disk, now } = ports;
    this.clock = new ServerClock({ now, elapsed: runtime.elapsed });
    const { endpoint, serverKey, maxInFlight, agent } = options;
    const root = resolve(options.dir);
    const fingerprint = fingerprintOf(endpoint, serverKey);
    const { durability } = options;
    const ownership = new Ownership(
      { root, fingerprint, durability },
      { disk, now, startOf: readStartTicks, identity: readProcessIdentity() },
    );
    const events = this.#journalEvents();
    this.#setAside = new SetAside({ root, fingerprint }, disk);
    this.#deadLetters = new DeadLetters({ root, fingerprint, client: randomUUID() }, disk);
    this.#transport = createTransport({ endpoint, serverKey, maxInFlight, agent });
    const segmentBytes = Math.min(SEGMENT_BYTES_MAX, Math.floor(options.maxDiskBytes / SEGMENTS_MIN));
    this.journal = new Journal({ ...options, segmentBytes }, { disk, ownership, events });
    this.adopter = new Adopter(fingerprint, {
      disk,
      ownership,
      onDamage: events.onDamage,
      onAdopted: () => this.#readable(),
      onRead: () => this.#progressed(),
      onForeign: ({ path }) => reporter.notice({ path }, 'journal of another endpoint or key found; not sent'),
      onError: (error) => reporter.trouble('journal adoption failed', error),
      isDegraded: () => this.journal.mode === 'memory',
    });
    this.dispatcher = this.#createDispatcher(this.#createSender(ports));
    this.#heartbeat = runtime.setInterval(() => void ownership.beat(), HEARTBEAT_MS).unref();
    if (isInClear(endpoint)) reporter.notice({ endpoint: endpoint.origin }, IN_CLEAR);
    if (options.durability !== 'memory') this.#openRoot(root, ownership);
  }

  get pendingBytes(): number {
    return this.journal.pendingBytes + this.adopter.pendingBytes;
  }

  append(kind: ItemKind, { buffer, bytes }: EncodedItem): PersistedAnswer {
    return this.journal.append({ kind, source: buffer, start: 0, bytes });
  }

  /** Puts rejected items back into the journal, one call after the other. @throws the error of the disk. */
  resendDeadLetters({ codes }: ResendOptions): Promise<ResendResult> {
    const { journal } = this;
    const resend = this.#resend.then(() =>
      this.#deadLetters.resend({
        isWanted: ({ code }) => codes === undefined || codes.includes(code),
        whenWritable: () => this.when(() => journal.isWritable || this.#isClosed),
        append: (item) => journal.append(item),
        isClosed: () => this.#isClosed,
      }),
    );
    // The next call does not depend on how this one ends.
    this.#resend = resend.catch(() => undefined);
    return resend;
  }

  async flush(): Promise<void> {
    const settled = this.journal.whenSettled();
    this.dispatcher.wake();
    await settled;
  }

  /** Resolves when the test first passes. It runs after every progress of a journal. */
  async when(test: () => boolean): Promise<void> {
    while (!test()) {
      await new Promise<void>((resolve) => {
        this.#progress.push(resolve);
      });
    }
  }

  /** Sends everything, adopted journals included, for at most this time. Then stops and leaves the rest on disk. */
  async drainAndClose(timeoutMs: number): Promise<void> {
    this.#isDraining = true;
    const deadline = new StopSignal();
    const drained = this.adopter.scan().then(() => {
      this.dispatcher.wake();
      return this.when(() => this.#isDrained || deadline.isStopped);
    });
    await Promise.race([drained, sleep(timeoutMs, deadline)]);
    deadline.stop();
    this.#stop.stop();
    this.#progressed();
    await this.dispatcher.close();
    await this.journal.quiesce();
    this.closeSync();
    await this.adopter.swept();
  }

  /** The last synchronous call: writes the memory to disk and releases the locks. */
  closeSync(): void {
    this.#isClosed = true;
    runtime.clearInterval(this.#heartbeat);
    this.journal.closeSync();
    this.adopter.sweep();
    this.remainingBytes = this.pendingBytes;
    this.adopter.closeSync();
    this.#transport.close();
  }

  /** After closing: reports the items that never reached the disk as lost. */
  dropUnwritten(): { readonly items: number; readonly bytes: number } {
    const lost = this.journal.takeUnwritten();
    this.#dropAll(lost, 'lost');
    return { items: lost.length, bytes: lost.reduce((sum, { bytes }) => sum + bytes, 0) };
  }

  get #isDrained(): boolean {
    return this.journal.isSettled && this.adopter.size === 0;
  }

  #openRoot(root: string, ownership: Ownership): void {
    try {
      ownership.makeRoot();
      // The journal holds personal data. It must not end up in a commit of the application's repository.
      const ignore = join(root, '.gitignore');
      if (!this.#disk.existsSync(ignore)) this.#disk.replaceSync(ignore, '*\n');
    } catch {
      // The first write gets the same error and reports it as a degradation.
    }
    this.adopter.start();
  }

  #journalEvents(): JournalEvents {
    return {
      onReadable: () => this.#readable(),
      onProgress: () => this.#progressed(),
      onOverflow: (items) => this.#dropAll(items, 'overflow'),
      onDamage: (damage) => this.#damaged(damage),
      onMode: (degradation) => this.#reporter.degraded(degradation),
    };
  }

  #createSender({ random }: PipelinePorts): Sender {
    const signal = this.#stop;
    return new Sender({
      signal,
      transport: this.#transport,
      bodies: new BufferPool(this.#options.maxBatchBytes + BODY_FRAME_BYTES, this.#options.maxInFlight),
      gate: new Gate(this.#options.retry, { signal, random, now: runtime.elapsed }),
      onRequest: () => {
        this.requests += 1;
      },
      onRetry: () => {
        this.retries += 1;
      },
      onBusy: (error) => this.#reporter.trouble('request failed', error),
      onRefused: (error, cause) => this.#reporter.trouble('request refused', error, cause),
      deliver: (records) => this.#deliver(records),
      reject: (rejected) => this.#reject(rejected),
      onDate: (dateMs) => this.clock.learn(dateMs),
      onClockError: (error) => this.#reporter.trouble('clock is ahead', error),
      requeue: async (records, contentOf) => {
        this.requeued += records.length;
        await this.journal.requeue(records, contentOf);
        this.#progressed();
      },
    });
  }

  #createDispatcher(sender: Sender): Dispatcher {
    const { flushAt, flushInterval, maxBatchBytes, maxInFlight } = this.#options;
    return new Dispatcher(
      { maxItems: flushAt, maxBytes: maxBatchBytes, maxWaitMs: flushInterval, maxInFlight },
      {
        sources: () => [this.journal, ...this.adopter.journals],
        send: (batch) => sender.send(batch),
        isEager: () => this.#isDraining || this.journal.isAwaited,
        onReadError: (error) => this.#reporter.trouble('journal read failed', error),
        onSendError: (error) => {
          if (!this.#stop.isStopped) this.#reporter.trouble('batch not sent', error);
        },
      },
    );
  }

  #deliver(records: readonly JournalRecord[]): void {
    this.delivered += records.length;
    for (const record of records) record.journal.settle(record);
    this.#reporter.delivered(records.length);
    this.#progressed();
  }

  async #reject(rejected: readonly RejectedRecord[]): Promise<void> {
    for (const { record, code, message } of rejected) {
      this.#reporter.drop({ id: idOf(record), kind: record.kind, reason: 'rejected', code, message });
    }
    if (this.#options.durability !== 'memory') {
      try {
        await this.#deadLetters.add(rejected.map(({ record, ...reason }) => ({ item: record, ...reason })));
      } catch (error) {
        this.#reporter.trouble('dead-letter write failed', error);
      }
    }
    for (const { record } of rejected) record.journal.settle(record);
    this.#progressed();
  }

  async #damaged(damage: Damage): Promise<void> {
    let isNew = true;
    try {
      isNew = await this.#setAside.addDamage(damage);
    } catch (error) {
      this.#reporter.trouble('quarantine write failed', error);
    }
    if (!isNew || damage.isTorn === true) return;
    const id = /"(?:event_id|op_id)":"([^"\\]{1,64})"/.exec(damage.bytes?.toString('latin1') ?? '')?.[1] ?? null;
    this.#reporter.drop({ id, kind: null, reason: 'corrupt', message: damage.message });
  }

  #dropAll(items: readonly JournalItem[], reason: DropReason): void {
    for (const item of items) this.#reporter.drop({ id: idOf(item), kind: item.kind, reason });
  }

  #readable(): void {
    this.dispatcher.wake();
    this.#progressed();
  }

  #progressed(): void {
    this.adopter.sweep();
    for (const resolve of this.#progress.splice(0)) resolve();
  }
}
