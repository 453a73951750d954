/**
 * Fires the schedules of the deployment by the stack's clock. One schedule never has two ticks at once: the next tick is set
 * when the running one has ended. Ticks that were missed meanwhile, or while the stack was off, are not replayed.
 */
import type { Log } from '@dataloaf/core/log';
import type { ScheduleSpec } from '@dataloaf/infra/deployment';
import type { Clock, Timer } from '../../clock.ts';
import type { InvokeResult } from '../lambda/runner.ts';

export interface SchedulerOptions {
  readonly schedules: readonly ScheduleSpec[];
  /** Invocation that waits for its turn when the function is busy. */
  readonly invoke: (name: string, event: unknown) => Promise<InvokeResult>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface ScheduleStatus {
  readonly name: string;
  readonly function: string;
  /** ISO 8601, null while the scheduler is not started. */
  readonly next: string | null;
  readonly ticks: number;
  readonly lastResult: InvokeResult['kind'] | null;
}

interface Entry {
  readonly spec: ScheduleSpec;
  timer: Timer | undefined;
  nextMs: number | undefined;
  /** Settles when no tick of this schedule is running. */
  running: Promise<unknown>;
  ticks: number;
  lastResult: InvokeResult['kind'] | null;
}

export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #entries: readonly Entry[];
  #isStopped = false;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#entries = options.schedules.map((spec) => {
      return { spec, timer: undefined, nextMs: undefined, running: Promise.resolve(), ticks: 0, lastResult: null };
    });
  }

  /** The first tick of each schedule is one period from now. */
  start(): void {
    const now = this.#options.clock.now();
    for (const entry of this.#entries) this.#arm(entry, now + periodMs(entry.spec));
  }

  /** Does not wait for a running tick: it may take minutes, and it ends when its function is stopped. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const { timer } of this.#entries) timer?.cancel();
  }

  status(): readonly ScheduleStatus[] {
    return this.#entries.map(({ spec, nextMs, ticks, lastResult }) => ({
      name: spec.name,
      function: spec.function,
      next: nextMs === undefined ? null : new Date(nextMs).toISOString(),
      ticks,
      lastResult,
    }));
  }

  /** A tick outside the schedule, after a running one. `functionName` is the function of a schedule. */
  invokeNow(functionName: string): Promise<InvokeResult> {
    const entry = this.#entries.find(({ spec }) => spec.function === functionName);
    if (entry === undefined) return this.#options.invoke(functionName, scheduledEvent(this.#options.clock.date()));
    return this.#tick(entry, () => this.#options.clock.date());
  }

  /** Does other work while no tick of that function is running; the next tick waits for it. */
  async between(functionName: string, work: () => Promise<void>): Promise<void> {
    const entry = this.#entries.find(({ spec }) => spec.function === functionName);
    const done = (entry?.running ?? Promise.resolve()).then(work);
    if (entry !== undefined) entry.running = done.catch(() => undefined); // The caller gets the error.
    await done;
  }

  #arm(entry: Entry, dueMs: number): void {
    if (this.#isStopped) return;
    entry.nextMs = dueMs;
    entry.timer = this.#options.clock.at(dueMs, async () => {
      const result = await this.#tick(entry, () => new Date(dueMs)).catch(failed);
      if (result.kind !== 'ok') this.#options.log.warn({ schedule: entry.spec.name, result }, 'scheduled tick failed');
      this.#arm(entry, nextDue(dueMs, periodMs(entry.spec), this.#options.clock.now()));
    });
  }

  #tick(entry: Entry, time: () => Date): Promise<InvokeResult> {
    const done = entry.running.then(() => this.#options.invoke(entry.spec.function, scheduledEvent(time())));
    entry.running = done.then(
      (result) => {
        entry.ticks += 1;
        entry.lastResult = result.kind;
      },
      () => undefined, // The caller gets the error; the next tick only waits for the end.
    );
    return done;
  }
}

const periodMs = (spec: ScheduleSpec): number => spec.rateSeconds * 1_000;

/** The first due time after `now` on the schedule's grid. */
function nextDue(dueMs: number, period: number, now: number): number {
  return dueMs + Math.max(1, Math.ceil((now - dueMs + 1) / period)) * period;
}

/** The event of a schedule, as EventBridge sends it: its time is in whole seconds. */
const scheduledEvent = (time: Date): Readonly<Record<string, unknown>> => ({
  version: '0',
  source: 'aws.scheduler',
  time: `${time.toISOString().slice(0, 19)}Z`,
  'detail-type': 'Scheduled Event',
  detail: {},
});

const failed = (error: unknown): InvokeResult => ({ kind: 'error', errorType: 'Error', message: String(error) });
