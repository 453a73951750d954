/**
 * What all requests share: one floor from Retry-After, and a circuit breaker. States: closed (all pass) -> five failures
 * in a row -> open (none passes until a random part of the window is over) -> probing (one passes, the rest wait for it)
 * -> closed again, or open with a longer window. The window grows with the outage, up to a quarter of it, so that a long
 * outage is asked after rarely and a short one is over soon after it ends; an API that says when to come back is asked
 * then. Nothing here survives a restart.
 */
import { BREAKER_FAILURES } from '../limits.ts';
import { sleep } from '../timing.ts';

export interface GateOptions {
  readonly minDelay: number;
  readonly maxDelay: number;
}

export interface GatePorts {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly signal: AbortSignal;
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
    ports.signal.addEventListener('abort', () => this.#wake(), { once: true });
  }

  get isOpen(): boolean {
    return this.#outage !== undefined;
  }

  /** Requests that the API has answered with a decision. */
  get successes(): number {
    return this.#successes;
  }

  /** Waits for its turn. Each pass ends with exactly one of `succeeded`, `failed` and `left`. @throws when aborted. */
  async enter(): Promise<void> {
    const { signal, now } = this.#ports;
    for (;;) {
      signal.throwIfAborted();
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

  /** `retryAfterMs` is the pause that the API asked for; then nothing of ours is added to it. */
  failed(retryAfterMs?: number): void {
    const now = this.#ports.now();
    if (this.#failures === 0) this.#firstFailureMs = now;
    this.#failures += 1;
    if (this.#failures >= BREAKER_FAILURES) {
      const untilMs = now + (retryAfterMs ?? this.#ports.random() * this.#windowMs(now - this.#firstFailureMs));
      this.#outage = { untilMs, isProbing: false };
    }
    this.#wake();
  }

  /** The request ended without telling anything of the API's health. */
  left(): void {
    if (this.#outage !== undefined) this.#outage.isProbing = false;
    this.#wake();
  }

  /** Nothing is sent before this time is over, whoever asked for it. */
  holdFor(ms: number): void {
    this.#floorMs = Math.max(this.#floorMs, this.#ports.now() + ms);
  }

  /** Full jitter: anything from 0 to the doubled delay of this attempt (from 1). */
  backoffMs(attempt: number): number {
    const { minDelay, maxDelay } = this.#options;
    return this.#ports.random() * Math.min(maxDelay, minDelay * 2 ** Math.min(attempt - 1, 30));
  }

  #windowMs(outageMs: number): number {
    const { minDelay, maxDelay } = this.#options;
    return Math.min(maxDelay, Math.max(minDelay, outageMs / WINDOW_SHARE));
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
