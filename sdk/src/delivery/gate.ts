/**
 * Shared by all requests: one pause (Retry-After, or ours after a refused key) and one circuit breaker. States:
 *   closed     All requests pass. Five failures in a row open the breaker.
 *   open       None passes until a random part of the window is over.
 *   half-open  One request, the probe, passes; the others wait for it. Success closes the breaker, failure opens it again.
 * The window is a quarter of the outage so far. So a long outage causes few probes, and a short one is noticed soon
 * after it ends. No pause of ours is shorter than `minDelay`, and an answer can only lengthen it: the longer of the
 * two counts. Nothing of this survives a restart.
 */
import { BREAKER_FAILURES } from '../limits.ts';
import { type StopSignal, sleep } from '../timing.ts';

export interface GateOptions {
  readonly minDelay: number;
  readonly maxDelay: number;
}

export interface GatePorts {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly signal: StopSignal;
}

interface Outage {
  readonly untilMs: number;
  isProbing: boolean;
}

const WINDOW_SHARE = 4;

export class Gate {
  readonly #options: GateOptions;
  readonly #ports: GatePorts;
  #floorMs = 0;
  #failures = 0;
  #firstFailureMs = 0;
  #outage: Outage | undefined;
  #successes = 0;
  #waiting: (() => void)[] = [];

  constructor(options: GateOptions, ports: GatePorts) {
    this.#options = options;
    this.#ports = ports;
    ports.signal.onStop(() => this.#wake());
  }

  get isOpen(): boolean {
    return this.#outage !== undefined;
  }

  /** Requests that the API has decided. */
  get successes(): number {
    return this.#successes;
  }

  /**
   * Waits until a request may be sent. The caller ends it with exactly one of `succeeded`, `failed` and `left`.
   * @throws when the signal has stopped.
   */
  async enter(): Promise<void> {
    const { signal, now } = this.#ports;
    for (;;) {
      signal.throwIfStopped();
      const waitMs = Math.max(this.#floorMs, this.#outage?.untilMs ?? 0) - now();
      if (waitMs > 0) await sleep(waitMs, signal);
      else if (this.#outage?.isProbing === true) await this.#change();
      else break;
    }
    if (this.#outage !== undefined) this.#outage.isProbing = true;
  }

  succeeded(): void {
    this.#successes += 1;
    this.#failures = 0;
    this.#outage = undefined;
    this.#wake();
  }

  /** `pauseMs`: the pause that the answer asked for. */
  failed(pauseMs = 0): void {
    const now = this.#ports.now();
    this.holdFor(pauseMs);
    if (this.#failures === 0) this.#firstFailureMs = now;
    this.#failures += 1;
    if (this.#failures >= BREAKER_FAILURES) {
      const windowMs = (now - this.#firstFailureMs) / WINDOW_SHARE;
      this.#outage = { untilMs: now + this.#jittered(windowMs), isProbing: false };
    }
    this.#wake();
  }

  /** The request ended and says nothing about the health of the API. */
  left(): void {
    if (this.#outage !== undefined) this.#outage.isProbing = false;
    this.#wake();
  }

  /** Sends nothing for this time. The longest of several pauses wins. */
  holdFor(ms: number): void {
    this.#floorMs = Math.max(this.#floorMs, this.#ports.now() + ms);
  }

  /** A random pause before the next attempt. Its upper bound doubles with each failed attempt, counted from 1. */
  backoffMs(attempt: number): number {
    return this.#jittered(this.#options.minDelay * 2 ** Math.min(attempt, 30));
  }

  /** From `minDelay` to the window, which is at least twice as long: clients that fail together do not return together. */
  #jittered(windowMs: number): number {
    const { minDelay, maxDelay } = this.#options;
    const upper = Math.min(maxDelay, Math.max(2 * minDelay, windowMs));
    return minDelay + this.#ports.random() * (upper - minDelay);
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
