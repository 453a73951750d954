/**
 * The one way out of the process, for a signal, a key, or the end of the launcher. A Ctrl-C in a terminal arrives several
 * times (from the terminal, from npm, from the launcher); only the first one counts. A stop that takes too long is cut off.
 */
import { endWithLauncher } from '@dataloaf/tools/end-with-launcher';

export interface EndOfProcess {
  readonly signal: AbortSignal;
  /** Resolves when somebody asks for the end. */
  readonly asked: Promise<void>;
  ask(): void;
}

/** We promise 5 s; the launcher kills the process after 4.7 s. */
const STOP_MS = 4_000;

/** `lastResort` runs just before a stop is cut off. It must be synchronous. */
export function expectEnd(lastResort: () => void): EndOfProcess {
  const abort = new AbortController();
  const asked = new Promise<void>((resolve) => abort.signal.addEventListener('abort', () => resolve()));
  const ask = (): void => {
    if (abort.signal.aborted) return;
    abort.abort();
    setTimeout(() => {
      lastResort();
      process.exit(1);
    }, STOP_MS);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask);
  // A closed terminal or a pipe without a reader must not crash the process.
  for (const stream of [process.stdout, process.stderr, process.stdin]) stream.on('error', () => undefined);
  endWithLauncher(ask);
  return { signal: abort.signal, asked, ask };
}
