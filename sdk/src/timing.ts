/** Waiting that never keeps a process alive by itself, and the one thing that does while a caller awaits an answer. */

/** Longest that Node's timers can wait; the hold's timer never needs to fire. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** Resolves after `ms` or as soon as the signal is aborted: the caller looks at the signal again. */
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
 * Keeps the process alive until the promise settles. All our timers and sockets are unref'd, so that an application that
 * is done can end; but one that awaits us must not end with its `await` unanswered.
 */
export async function holdUntil<T>(promise: Promise<T>): Promise<T> {
  const hold = setInterval(() => undefined, TIMER_MS_MAX);
  try {
    return await promise;
  } finally {
    clearInterval(hold);
  }
}
