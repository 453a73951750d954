/**
 * The engine of a client: journal, adopted journals, dispatcher and sender, and the order in which they start and stop.
 * A capture appends to the journal, the dispatcher reads batches from it, the sender sends them until each item is
 * decided, and the journal that holds an item settles it.
 */
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
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
import { CLOSE_MS_MAX, HEARTBEAT_MS, SEGMENT_BYTES_MAX } from '../limits.ts';
import { fingerprintOf } from '../ownership/fingerprint.ts';
import { OTHERS_MAY_WRITE, openRoot } from '../ownership/open-root.ts';
import { Ownership } from '../ownership/ownership.ts';
import { runtime } from '../runtime.ts';
import { atMost, StopSignal, sleep } from '../timing.ts';
import type { DropReason, ItemKind, ResendOptions, ResendResult } from '../types.ts';
import { LateJournal } from './late-journal.ts';
import type { ResolvedOptions } from './options.ts';
import type { Reporter } from './reporter.ts';

export interface PipelinePorts {
  readonly disk: Disk;
  /** Wall clock in milliseconds. */
  readonly now: () => number;
  readonly random: () => number;
  /** From now on the process may not exit without `closeSync()`, though it was called before. */
  readonly onReopen: () => void;
  /** It may again. */
  readonly onReclose: () => void;
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
  readonly #options: ResolvedOptions;
  readonly #reporter: Reporter;
  readonly #stop = new StopSignal();
  readonly #transport: Transport;
  readonly #setAside: SetAside;
  readonly #deadLetters: DeadLetters;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #late: LateJournal;
  #progress: (() => void)[] = [];
  #isDraining = false;
  #isClosed = false;
  /** Bytes left on disk when the pipeline closed. */
  #remainingBytes = 0;
  #lostItems = 0;
  #resend: Promise<unknown> = Promise.resolve();

  constructor(options: ResolvedOptions, ports: PipelinePorts, reporter: Reporter) {
    this.#options = options;
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
    const createJournal = (): Journal => new Journal({ ...options, segmentBytes }, { disk, ownership, events });
    this.journal = createJournal();
    const onLost = (items: readonly JournalItem[]): void => this.#dropAll(items, 'lost');
    this.#late = new LateJournal({ createJournal, onOpen: ports.onReopen, onClose: ports.onReclose, onLost });
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
    if (options.durability === 'memory') return;
    openRoot(root, { disk, ownership, onOthersMayWrite: () => reporter.notice({ path: root }, OTHERS_MAY_WRITE) });
    this.adopter.start();
  }

  /** Bytes that wait for their delivery, those of adopted journals included. */
  get pendingBytes(): number {
    const bytes = this.#isClosed ? this.#remainingBytes : this.journal.pendingBytes + this.adopter.pendingBytes;
    return bytes + this.#late.bytes;
  }

  /** Items of this client that wait for their delivery. */
  get pendingItems(): number {
    return this.journal.pendingItems - this.#lostItems + this.#late.items;
  }

  /** Those of them that are on disk. */
  get persistedItems(): number {
    return this.#isClosed ? this.pendingItems : this.pendingItems - this.journal.unwrittenItems;
  }

  /** Nothing can be captured any more: the client has ended, and writes nothing to the disk. */
  get isOver(): boolean {
    return this.#isClosed && this.#options.durability === 'memory';
  }

  /** Needs no `closeSync()` before the process exits. */
  get isClosed(): boolean {
    return this.#isClosed && !this.#late.isOpen;
  }

  append(kind: ItemKind, { buffer, bytes }: EncodedItem): PersistedAnswer {
    const item = { kind, source: buffer, start: 0, bytes };
    if (this.#isClosed) return this.#late.append(item);
    const answer = this.journal.append(item);
    if (this.#isDraining) this.journal.commitSoon();
    return answer;
  }

  /** Puts rejected items back into the journal, one call after the other. @throws the error of the disk. */
  resendDeadLetters({ codes }: ResendOptions): Promise<ResendResult> {
    const { journal } = this;
    const resend = this.#resend.then(() =>
      this.#deadLetters.resend({
        isWanted: ({ code }) => codes === undefined || codes.includes(code),
        whenWritable: () => this.whenWritable(),
        append: (item) => journal.append(item),
        isClosed: () => this.#isClosed,
      }),
    );
    // The next call does not depend on how this one ends.
    this.#resend = resend.catch(() => undefined);
    return resend;
  }

  /** Resolves when everything captured before is settled, when the deadline stops, or when the pipeline closes. */
  flush(deadline: StopSignal): Promise<void> {
    const settled = this.journal.whenSettled(deadline);
    this.dispatcher.wake();
    return settled;
  }

  commitSync(): void {
    if (!this.#isClosed) this.journal.commitSync();
  }

  /** Resolves when an item captured now fits into memory and journal, or when the pipeline closes. */
  whenWritable(): Promise<void> {
    return this.when(() => this.journal.isWritable || this.#isClosed);
  }

  /** Resolves when the test first passes. It runs after every progress of a journal, and after closing. */
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
    this.journal.commitSoon();
    const deadline = new StopSignal();
    const drained = this.adopter.scan().then(() => {
      this.dispatcher.wake();
      return this.when(() => this.#isDrained || deadline.isStopped);
    });
    await Promise.race([drained, sleep(timeoutMs, deadline)]);
    deadline.stop();
    this.#stop.stop();
    this.#progressed();
    // Requests that put items back into the journal wait for them to be written.
    this.journal.commitSync();
    // A disk that hangs must not hold up a shutdown for ever.
    await atMost(CLOSE_MS_MAX, Promise.all([this.dispatcher.close(), this.journal.quiesce()]));
    this.closeSync();
    await atMost(CLOSE_MS_MAX, Promise.all([this.adopter.swept(), this.#resend]));
  }

  /**
   * Writes the memory to disk, reports what the disk did not take as lost, and releases the locks. Each later call closes
   * the journal of what was captured after the one before.
   */
  closeSync(): void {
    if (this.#isClosed) {
      this.#late.close();
      return;
    }
    this.#isClosed = true;
    runtime.clearInterval(this.#heartbeat);
    this.journal.closeSync();
    this.adopter.sweep();
    const lost = this.journal.takeUnwritten();
    const lostBytes = lost.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#remainingBytes = this.journal.pendingBytes + this.adopter.pendingBytes - lostBytes;
    this.#lostItems = lost.length;
    this.#dropAll(lost, 'lost');
    this.adopter.closeSync();
    this.#transport.close();
    this.#progressed();
  }

  get #isDrained(): boolean {
    return this.journal.isSettled && this.adopter.size === 0;
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
