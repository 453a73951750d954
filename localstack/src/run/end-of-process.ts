/**
 * One way out for whatever asks for the end: a signal, the end of the launcher, a key. A Ctrl-C in a terminal arrives
 * several times (from the terminal, from npm, from the launcher); only the first counts. What does not end in time is cut.
 */
import { endWithLauncher } from '@dataloaf/tools/end-with-launcher';

export interface EndOfProcess {
  readonly signal: AbortSignal;
  /** Resolves when the end is asked for. */
  readonly asked: Promise<void>;
  ask(): void;
}

/** People are promised 5 s; the launcher kills after 4.7. */
const STOP_MS = 4_000;

/** `lastResort` runs when the end takes too long, before the process goes; it must not wait for anything. */
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
  // A terminal that was closed and a pipe that nobody reads are no reason to fall.
  for (const stream of [process.stdout, process.stderr, process.stdin]) stream.on('error', () => undefined);
  endWithLauncher(ask);
  return { signal: abort.signal, asked, ask };
}
