/**
 * The public class. A capture validates, encodes once and appends to the journal. It never throws or waits, and touches
 * the disk only when captures outrun the memory budget. Everything else runs in the background.
 */
import type { Attributes } from '@dataloaf/core/api';
import { messageOf } from '@dataloaf/core/errors';
import { isObject, kindOf } from '@dataloaf/core/values/parsed';
import { RealDate } from '@dataloaf/core/values/real-date';
import { createRefine, isRefusal, type Refined, storedId, withTime } from '../capture/capture.ts';
import { channels } from '../diagnostics.ts';
import { type Disk, nodeDisk } from '../disk.ts';
import { PersistedAnswer } from '../journal/persisted-answer.ts';
import { CLIENTS_REPORTED_MIN, SHUTDOWN_MS } from '../limits.ts';
import { runtime } from '../runtime.ts';
import { holdUntil, StopSignal, sleep, untilStop } from '../timing.ts';
import type {
  Captured,
  CaptureOptions,
  DataLoafOptions,
  Draft,
  EventInput,
  Persisted,
  ResendOptions,
  ResendResult,
  ShutdownResult,
  Stats,
  UpdateOptions,
  UserAttributes,
} from '../types.ts';
import { readEnv, type SdkEnv } from './env.ts';
import { enterExitHook, isExiting, type Leaving, leaveExitHook } from './exit-hook.ts';
import { releaseLateJournals } from './late-journal.ts';
import { createLog } from './logger.ts';
import { type ResolvedOptions, resolveOptions } from './options.ts';
import { Pipeline } from './pipeline.ts';
import { processState } from './process-state.ts';
import { Reporter } from './reporter.ts';
import { collectStats } from './stats.ts';

/** External dependencies; tests inject their own. */
export interface ClientPorts {
  readonly disk: Disk;
  readonly env: () => SdkEnv;
  readonly now: () => number;
  readonly random: () => number;
}

const DEFAULT_PORTS: ClientPorts = { disk: nodeDisk, env: readEnv, now: runtime.now, random: Math.random };
const shared = processState();
const DROPPED = PersistedAnswer.decided('dropped');
const FULL = 'the journal is full';
const CROWD =
  'many DataLoaf clients are open in this process; make one and share it, or call shutdown() on those that are no longer used';
const OVER = "captured after shutdown() with durability 'memory', which writes nothing to disk";

export class DataLoaf<
  Events extends object = { readonly [name: string]: Attributes },
  User extends object = Attributes,
> {
  /** Written out, because a minifier changes it. */
  static readonly name = 'DataLoaf';
  readonly #pipeline: Pipeline | undefined;
  readonly #reporter: Reporter;
  readonly #refine: (draft: Draft) => Refined;
  readonly #ports: ClientPorts;
  readonly #leaving: Leaving;
  #captured = 0;
  #shutdown: Promise<ShutdownResult> | undefined;

  /**
   * @param ports Only for tests: clock, disk, random numbers.
   * @throws ConfigError when an option is missing, wrong or unknown.
   */
  constructor(options: DataLoafOptions<Events> = {}, ports: Partial<ClientPorts> = {}) {
    this.#ports = { ...DEFAULT_PORTS, ...ports };
    const { now } = this.#ports;
    const resolved = resolveOptions(options, this.#ports.env());
    this.#reporter = new Reporter(options, createLog(options.logger), now);
    this.#refine = createRefine(resolved, () => this.#now());
    this.#leaving = {
      beforeExit: () => this.#pipeline?.commitSync(),
      exit: () => {
        this.#pipeline?.closeSync();
        this.#reporter.flushDrops();
      },
    };
    this.#pipeline = resolved.disabled ? undefined : this.#start(resolved);
  }

  /** Captures an event. Never throws: an event that breaks a rule is dropped, passed to `onDrop` and logged. */
  createEvent<Name extends keyof Events & string>(event: EventInput<Events, Name>): Captured {
    return this.#capture('event', event, (id, timestamp) => {
      const { name, userId }: EventInput<Events, Name> = event;
      return { kind: 'event', id, name, userId, timestamp, attributes: asAttributes(event.attributes) };
    });
  }

  /** Creates the user, or sets these attributes of an existing one. */
  createUser(userId: string, attributes?: UserAttributes<User>, options: CaptureOptions = {}): Captured {
    return this.#capture('user', options, (id, timestamp) => {
      return { kind: 'user', id, userId, timestamp, attributes: asAttributes(attributes) };
    });
  }

  /** Sets, removes and increments attributes. Attributes that are not mentioned stay. */
  updateUser(userId: string, attributes: UserAttributes<User> = {}, options: UpdateOptions<User> = {}): Captured {
    return this.#capture('update', options, (id, timestamp) => {
      const { unset, increment } = options;
      const set = asAttributes(attributes);
      return { kind: 'update', id, userId, timestamp, set, unset, increment: asIncrement(increment) };
    });
  }

  /**
   * Resolves when everything captured before is delivered, rejected or dropped. Waits as long as the API is down, unless
   * it gets a timeout (milliseconds): then it resolves after that time at the latest. What is not delivered by then is
   * still sent. During a shutdown it resolves with it. Never rejects.
   */
  flush(): Promise<void>;
  flush(options: { readonly timeout?: number | undefined }): Promise<ShutdownResult>;
  async flush(options?: { readonly timeout?: number | undefined }): Promise<unknown> {
    const { timeout } = options ?? {};
    await holdUntil(this.#flush(timeout === undefined ? undefined : msOf(timeout)));
    return options === undefined ? undefined : this.#result();
  }

  /**
   * Sends what it can within the timeout (milliseconds) and leaves the rest on disk for the next process. Never
   * rejects. Items captured meanwhile are sent too. Items captured afterwards are only written to disk, at once.
   */
  shutdown({ timeout = SHUTDOWN_MS }: { readonly timeout?: number } = {}): Promise<ShutdownResult> {
    this.#shutdown ??= holdUntil(this.#end(msOf(timeout)));
    return this.#shutdown;
  }

  /**
   * Sends items again that the API has rejected and that are kept in `dead-letter/`: all of this endpoint and key, also
   * those of earlier processes. Their ids stay, so that nothing is stored twice. Resolves when they are in the journal.
   * An item whose reason still holds is rejected again, reported and kept again.
   * @throws the error of the disk when the folder cannot be read or written.
   */
  resendDeadLetters(options: ResendOptions = {}): Promise<ResendResult> {
    if (this.#pipeline === undefined || this.#shutdown !== undefined) return Promise.resolve({ resent: 0, kept: 0 });
    return holdUntil(this.#pipeline.resendDeadLetters(options));
  }

  /** Back-pressure: resolves when an item captured now fits into memory and journal, and when the client has ended. */
  async whenWritable(): Promise<void> {
    const pipeline = this.#pipeline;
    if (pipeline === undefined || pipeline.journal.isWritable) return;
    await holdUntil(pipeline.whenWritable());
  }

  stats(): Stats {
    return collectStats({ captured: this.#captured, pipeline: this.#pipeline, reporter: this.#reporter });
  }

  /** Reads the caller's values only inside the `try`: a getter may throw, and the value may not be an object. */
  #capture(
    kind: Draft['kind'],
    options: CaptureOptions,
    makeDraft: (id: string, timestamp: string) => Draft,
  ): Captured {
    const nowMs = this.#now();
    const newId = shared.ids.next(nowMs);
    if (this.#pipeline === undefined) return new CapturedItem(newId, DROPPED);
    try {
      if (kind === 'event' && !isObject(options)) return this.#refuse(kind, newId, `got ${kindOf(options)}`);
      const id = storedId(options.id) ?? newId;
      const { timestamp } = options;
      const draft = makeDraft(id, this.#timeOf(kind, nowMs));
      const timed = timestamp === undefined ? draft : withTime(draft, nowMs, timestamp);
      return new CapturedItem(id, this.#keep(draft, isRefusal(timed) ? timed : this.#refine(timed)));
    } catch (error) {
      return this.#refuse(kind, newId, `got one that throws: ${messageOf(error)}`);
    }
  }

  #refuse(kind: Draft['kind'], id: string, got: string): Captured {
    const message = `Expected an object that holds the item, ${got}.`;
    this.#reporter.drop({ id, kind, reason: 'invalid', code: 'not_an_object', message });
    return new CapturedItem(id, DROPPED);
  }

  #keep({ id, kind }: Draft, refined: Refined): PersistedAnswer {
    if (this.#pipeline === undefined) return DROPPED;
    if (this.#pipeline.isOver) {
      this.#reporter.drop({ id, kind, reason: 'closed', message: OVER });
      return DROPPED;
    }
    switch (refined.kind) {
      case 'encoded': {
        this.#captured += 1;
        const answer = this.#pipeline.append(kind, refined);
        if (channels['dataloaf:captured'].hasSubscribers) channels['dataloaf:captured'].publish({ id, kind });
        if (answer.outcome === 'dropped') this.#reporter.drop({ id, kind, reason: 'overflow', message: FULL });
        if (refined.leftOut.length > 0) this.#reporter.leaveOutAttributes(refined.leftOut);
        return answer;
      }
      case 'left_out':
        this.#reporter.leaveOut(refined.reason);
        return DROPPED;
      case 'refused': {
        const { reason, code, message } = refined;
        this.#reporter.drop({ id, kind, reason, code, message });
        return DROPPED;
      }
    }
  }

  /** As the API shows the time, when the clock of this machine is wrong and an answer has told so. */
  #now(): number {
    return this.#pipeline === undefined ? this.#ports.now() : this.#pipeline.clock.now();
  }

  /** Times of operations never go back within a process: they decide which of two updates is the later one. */
  #timeOf(kind: Draft['kind'], nowMs: number): string {
    if (kind === 'event') return isoOf(nowMs);
    shared.lastOperationMs = Math.max(shared.lastOperationMs, nowMs);
    return isoOf(shared.lastOperationMs);
  }

  #start(options: ResolvedOptions): Pipeline {
    releaseLateJournals();
    const onReopen = (): void => void enterExitHook(this.#leaving);
    const onReclose = (): void => leaveExitHook(this.#leaving);
    const pipeline = new Pipeline(options, { ...this.#ports, onReopen, onReclose }, this.#reporter);
    this.#reportCrowd(enterExitHook(this.#leaving));
    if (isExiting()) pipeline.closeSync();
    return pipeline;
  }

  /** Most likely a client for each request, which nobody shuts down. Once in a process. */
  #reportCrowd(clients: number): void {
    if (clients < CLIENTS_REPORTED_MIN || shared.isCrowdReported === true) return;
    shared.isCrowdReported = true;
    this.#reporter.notice({ clients }, CROWD);
  }

  async #flush(timeoutMs: number | undefined): Promise<void> {
    const deadline = new StopSignal();
    if (timeoutMs !== undefined) void sleep(timeoutMs, deadline).then(() => deadline.stop());
    if (this.#shutdown === undefined) await this.#pipeline?.flush(deadline);
    // Also one that has begun meanwhile.
    if (this.#shutdown !== undefined) await untilStop(this.#shutdown, deadline);
    // The time is over: what has not been sent is on disk at least.
    if (deadline.isStopped) this.#pipeline?.commitSync();
    deadline.stop();
  }

  async #end(timeoutMs: number): Promise<ShutdownResult> {
    try {
      await this.#pipeline?.drainAndClose(timeoutMs);
    } catch (error) {
      this.#reporter.trouble('shutdown failed', error);
      this.#pipeline?.closeSync();
    }
    if (this.#pipeline?.isClosed === true) leaveExitHook(this.#leaving);
    this.#reporter.flushDrops();
    return this.#result();
  }

  #result(): ShutdownResult {
    return {
      delivered: this.#pipeline?.delivered ?? 0,
      persisted: this.#pipeline?.persistedItems ?? 0,
      dropped: this.#pipeline === undefined ? 0 : this.#reporter.droppedInTrouble,
      pendingBytes: this.#pipeline?.pendingBytes ?? 0,
    };
  }
}

class CapturedItem implements Captured {
  readonly id: string;
  readonly #answer: PersistedAnswer;

  constructor(id: string, answer: PersistedAnswer) {
    this.id = id;
    this.#answer = answer;
  }

  get persisted(): Promise<Persisted> {
    return this.#answer.done();
  }
}

/** Of a timeout: nothing but a number above 0 is a time to wait. */
function msOf(timeout: number): number {
  return Math.max(0, Number(timeout) || 0);
}

/** Unchecked here: the caller's types promise it and encode-item.ts checks it, without throwing. */
function asAttributes(value: unknown): Attributes | undefined {
  return value as Attributes | undefined;
}

function asIncrement(value: unknown): { readonly [name: string]: number } | undefined {
  return value as { readonly [name: string]: number } | undefined;
}

let isoMs = Number.NaN;
let isoText = '';

/** Many items share a millisecond. */
function isoOf(ms: number): string {
  if (ms !== isoMs) {
    isoMs = ms;
    isoText = new RealDate(ms).toISOString();
  }
  return isoText;
}
