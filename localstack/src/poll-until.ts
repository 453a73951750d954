import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 50;

/** Retries until the attempt succeeds, at least once. Returns the last failure when the time is over. */
export async function pollUntil(limitMs: number, attempt: () => Promise<unknown>): Promise<Error | undefined> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    try {
      await attempt();
      return undefined;
    } catch (error) {
      if (performance.now() > deadline) return error instanceof Error ? error : new Error(String(error));
    }
    await pause(POLL_MS);
  }
}
