/** Timers that do not keep the process alive, and the one hold that does while a caller awaits a promise of ours. */

/** The longest interval of a Node timer. The timer of a hold never needs to fire. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** Resolves after `ms`, or when the signal is aborted; the caller checks the signal itself. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms).unref();
    signal?.addEventListener('abort', end, { once: true });
  });
}

/**
 * Keeps the process alive until the promise settles. All our timers and sockets are unref'd, so that a finished
 * application can exit. An application that awaits one of our promises must not exit before it settles.
 */
export async function holdUntil<T>(promise: Promise<T>): Promise<T> {
  const hold = setInterval(() => undefined, TIMER_MS_MAX);
  try {
    return await promise;
  } finally {
    clearInterval(hold);
  }
}
