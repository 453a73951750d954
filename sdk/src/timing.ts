/** Timers that do not keep the process alive, and the one hold that does while a caller awaits a promise of ours. */
import { DataLoafError } from '@dataloaf/core/errors';
import { runtime } from './runtime.ts';

/** The longest interval of a Node timer; a longer one fires at once. The timer of a hold never needs to fire. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** The client has stopped meanwhile. */
class StoppedError extends DataLoafError {
  override readonly name = 'StoppedError';
}

/**
 * The end that all waits of a client share. Not an AbortSignal: test environments replace that class, Node does not
 * take the signals of theirs, and there is no module to import Node's own from.
 */
export class StopSignal {
  readonly #listeners = new Set<() => void>();
  #isStopped = false;

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Calls every listener once. */
  stop(): void {
    this.#isStopped = true;
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener();
  }

  /** Calls the listener at once when the signal has stopped already. */
  onStop(listener: () => void): void {
    if (this.#isStopped) listener();
    else this.#listeners.add(listener);
  }

  offStop(listener: () => void): void {
    this.#listeners.delete(listener);
  }

  throwIfStopped(): void {
    if (this.#isStopped) throw stopped();
  }
}

export function stopped(): StoppedError {
  return new StoppedError('stopped', 'Expected the client to be open, but it has stopped.');
}

/** Resolves after `ms`, or when the signal stops; the caller checks the signal itself. */
export function sleep(ms: number, signal?: StopSignal): Promise<void> {
  if (signal?.isStopped === true) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      runtime.clearTimeout(timer);
      signal?.offStop(end);
      resolve();
    };
    const timer = runtime.setTimeout(end, Math.min(ms, TIMER_MS_MAX)).unref();
    signal?.onStop(end);
  });
}

/** Resolves when the promise does, or when the signal stops. */
export function untilStop(promise: Promise<unknown>, signal: StopSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.onStop(resolve);
    promise.then(() => resolve(), reject);
  });
}

/** Resolves when the promise does, or after `ms`. */
export async function atMost(ms: number, promise: Promise<unknown>): Promise<void> {
  const deadline = new StopSignal();
  void sleep(ms, deadline).then(() => deadline.stop());
  await untilStop(promise, deadline);
  deadline.stop();
}

/**
 * Keeps the process alive until the promise settles. All our timers and sockets are unref'd, so that a finished
 * application can exit. An application that awaits one of our promises must not exit before it settles.
 */
export async function holdUntil<T>(promise: Promise<T>): Promise<T> {
  const hold = runtime.setInterval(() => undefined, TIMER_MS_MAX);
  try {
    return await promise;
  } finally {
    runtime.clearInterval(hold);
  }
}
