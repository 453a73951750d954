/** The process of `dataloaf`, which `infra/bin/dataloaf.mjs` starts. */
import { endWithLauncher } from '@dataloaf/tools/end-with-launcher';
import { runCli } from './cli.ts';
import { readCliEnv } from './env.ts';
import { EXIT } from './errors.ts';
import { Printer } from './printer.ts';

/** Ctrl-C reaches this process twice: the terminal sends it, and the launcher passes it on. A later signal ends at once. */
const SAME_SIGNAL_MS = 500;

function abortOnSignal(): AbortSignal {
  const abort = new AbortController();
  let firstAt: number | undefined;
  const stop = (): void => {
    if (firstAt !== undefined && Date.now() - firstAt > SAME_SIGNAL_MS) process.exit(EXIT.interrupted);
    firstAt ??= Date.now();
    abort.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  return abort.signal;
}

// `dataloaf ... | head` closes the pipe; that is not a failure.
process.stdout.on('error', () => process.exit(EXIT.ok));
endWithLauncher(() => process.exit(EXIT.interrupted));
const env = readCliEnv();
const code = await runCli(process.argv.slice(2), {
  printer: new Printer({ out: process.stdout, error: process.stderr, isColorOff: env.isColorOff }),
  env,
  cwd: process.cwd(),
  stdin: process.stdin,
  signal: abortOnSignal(),
});
// Idle connections would keep the process alive for seconds.
process.exit(code);
