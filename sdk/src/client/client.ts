/**
 * The public class. Capturing validates, encodes once and appends to the journal: it never throws or waits, and writes to
 * the disk only where more comes than memory is meant to hold. Everything else happens behind it.
 */
import type { Attributes } from '@dataloaf/core/api';
import { messageOf } from '@dataloaf/core/errors';
import { createRefine, isRefusal, type Refined, withTime } from '../capture/capture.ts';
import { channels } from '../diagnostics.ts';
import { type Disk, nodeDisk } from '../disk.ts';
import { CommitGroup } from '../journal/persisted-answer.ts';
import { SHUTDOWN_MS } from '../limits.ts';
import { holdUntil } from '../timing.ts';
import type {
  Captured,
  CaptureOptions,
  DataLoafOptions,
  Draft,
  EventInput,
  Persisted,
  SdkLogger,
  ShutdownResult,
  Stats,
  UpdateOptions,
  UserAttributes,
} from '../types.ts';
import { readEnv, type SdkEnv } from './env.ts';
import { enterExitHook, type Leaving, leaveExitHook } from './exit-hook.ts';
import { resolveOptions } from './options.ts';
import { Pipeline } from './pipeline.ts';
import { processState } from './process-state.ts';
import { createStderrLogger, Reporter } from './reporter.ts';
import { collectStats } from './stats.ts';

/** What the client takes from outside; tests put their own. */
export interface ClientPorts {
  readonly disk: Disk;
  readonly env: () => SdkEnv;
  readonly now: () => number;
  readonly random: () => number;
}

const DEFAULT_PORTS: ClientPorts = { disk: nodeDisk, env: readEnv, now: Date.now, random: Math.random };
const shared = processState();
const DROPPED = CommitGroup.decided('dropped');
const FULL = 'the journal is full';

export class DataLoaf<
  Events extends object = { readonly [name: string]: Attributes },
  User extends object = Attributes,
> {
  readonly #pipeline: Pipeline | undefined;
  readonly #reporter: Reporter;
  readonly #refine: (draft: Draft) => Refined;
  readonly #ports: ClientPorts;
  readonly #leaving: Leaving;
  #captured = 0;
  #shutdown: Promise<ShutdownResult> | undefined;

  /**
   * @param ports Only for tests: clock, disk, chance.
   * @throws ConfigError when an option is missing, wrong or unknown.
   */
  constructor(options: DataLoafOptions<Events> = {}, ports: Partial<ClientPorts> = {}) {
    this.#ports = { ...DEFAULT_PORTS, ...ports };
    const { now } = this.#ports;
    const resolved = resolveOptions(options, this.#ports.env());
    const log = loggerOf(options.logger);
    this.#reporter = new Reporter(options, log, now);
    this.#refine = createRefine(resolved, now);
    this.#pipeline = resolved.disabled ? undefined : new Pipeline(resolved, this.#ports, this.#reporter);
    this.#leaving = {
      beforeExit: () => this.#pipeline?.journal.commitSync(),
      exit: () => this.#pipeline?.closeSync(),
    };
    if (this.#pipeline !== undefined) enterExitHook(this.#leaving);
  }

  /** Captures an event. One that breaks a rule is dropped, told to `onDrop` and logged; nothing is thrown. */
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

  /** Sets, removes and increments attributes; what is not mentioned stays. */
  updateUser(userId: string, attributes: UserAttributes<User> = {}, options: UpdateOptions<User> = {}): Captured {
    return this.#capture('update', options, (id, timestamp) => {
      const { unset, increment } = options;
      const set = asAttributes(attributes);
      return { kind: 'update', id, userId, timestamp, set, unset, increment: asIncrement(increment) };
    });
  }

  /** Resolves when everything captured before is delivered, rejected or dropped; waits as long as the API is down. */
  flush(): Promise<void> {
    if (this.#pipeline === undefined || this.#shutdown !== undefined) return Promise.resolve();
    return holdUntil(this.#pipeline.flush());
  }

  /**
   * Sends what it can within the timeout (milliseconds) and leaves the rest on disk for the next process. Never rejects;
   * what is captured afterwards is dropped.
   */
  shutdown({ timeout = SHUTDOWN_MS }: { readonly timeout?: number } = {}): Promise<ShutdownResult> {
    this.#shutdown ??= holdUntil(this.#end(Math.max(0, Number(timeout) || 0)));
    return this.#shutdown;
  }

  /** Back-pressure: resolves when an item captured now fits into memory and journal. */
  async whenWritable(): Promise<void> {
    const pipeline = this.#pipeline;
    if (pipeline === undefined || this.#shutdown !== undefined || pipeline.journal.isWritable) return;
    await holdUntil(pipeline.when(() => pipeline.journal.isWritable || this.#shutdown !== undefined));
  }

  stats(): Stats {
    return collectStats({ captured: this.#captured, pipeline: this.#pipeline, reporter: this.#reporter });
  }

  /** What the caller passed is touched only inside the `try`: it may hold a getter that throws, or be no object at all. */
  #capture(
    kind: Draft['kind'],
    options: CaptureOptions,
    makeDraft: (id: string, timestamp: string) => Draft,
  ): Captured {
    const nowMs = this.#ports.now();
    const newId = shared.ids.next(nowMs);
    if (this.#pipeline === undefined) return new CapturedItem(newId, DROPPED);
    try {
      const { id = newId, timestamp } = options;
      const draft = makeDraft(id, this.#timeOf(kind, nowMs));
      const timed = timestamp === undefined ? draft : withTime(draft, nowMs, timestamp);
      return new CapturedItem(id, this.#keep(draft, isRefusal(timed) ? timed : this.#refine(timed)));
    } catch (error) {
      this.#reporter.drop({ id: newId, kind, reason: 'invalid', code: 'not_an_object', message: messageOf(error) });
      return new CapturedItem(newId, DROPPED);
    }
  }

  #keep({ id, kind }: Draft, refined: Refined): CommitGroup {
    if (this.#pipeline === undefined) return DROPPED;
    if (this.#shutdown !== undefined) {
      this.#reporter.drop({ id, kind, reason: 'closed', message: 'captured after shutdown()' });
      return DROPPED;
    }
    switch (refined.kind) {
      case 'encoded': {
        this.#captured += 1;
        const group = this.#pipeline.append(kind, refined);
        if (channels['dataloaf:captured'].hasSubscribers) channels['dataloaf:captured'].publish({ id, kind });
        if (group.outcome === 'dropped') this.#reporter.drop({ id, kind, reason: 'overflow', message: FULL });
        return group;
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

  /** Times of operations never go back within a process: they decide which of two sets is the later. */
  #timeOf(kind: Draft['kind'], nowMs: number): string {
    if (kind === 'event') return isoOf(nowMs);
    shared.lastOperationMs = Math.max(shared.lastOperationMs, nowMs);
    return isoOf(shared.lastOperationMs);
  }

  async #end(timeoutMs: number): Promise<ShutdownResult> {
    const pipeline = this.#pipeline;
    if (pipeline === undefined) return { delivered: 0, persisted: 0, dropped: 0, pendingBytes: 0 };
    try {
      await pipeline.drainAndClose(timeoutMs);
    } catch (error) {
      this.#reporter.trouble('shutdown failed', error);
    }
    leaveExitHook(this.#leaving);
    const lost = pipeline.dropUnwritten();
    this.#reporter.flushDrops();
    return {
      delivered: pipeline.delivered,
      persisted: pipeline.journal.pendingItems - lost.items,
      dropped: this.#reporter.droppedInTrouble,
      pendingBytes: pipeline.remainingBytes - lost.bytes,
    };
  }
}

class CapturedItem implements Captured {
  readonly id: string;
  readonly #group: CommitGroup;

  constructor(id: string, group: CommitGroup) {
    this.id = id;
    this.#group = group;
  }

  get persisted(): Promise<Persisted> {
    return this.#group.done();
  }
}

/** Lines of ours are told apart in the caller's log. */
function loggerOf(logger: SdkLogger | undefined): SdkLogger {
  if (logger === undefined) return createStderrLogger((line) => process.stderr.write(line));
  return logger.child?.({ component: 'dataloaf' }) ?? logger;
}

/** The caller's types promise it and the rules of item.ts check it, in this order: capture must not throw. */
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
    isoText = new Date(ms).toISOString();
  }
  return isoText;
}
