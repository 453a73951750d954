/**
 * `npm run local`. Standard output is for people, or for the one line of --json; everything else goes to standard error.
 * starting -> seeding -> ready -> stopping. A request to end leads from every state to stopping.
 */
import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DataLoafError } from '@dataloaf/core/errors';
import { createLog } from '@dataloaf/core/log';
import type { ReadyLine } from '@dataloaf/core/stack-file';
import { abandonFolder } from '../stack/folder-lock.ts';
import { loadNow } from '../stack/load-now.ts';
import { type Stack, startStack } from '../stack/stack.ts';
import { StackError } from '../stack-error.ts';
import { banner } from './banner.ts';
import { type EndOfProcess, expectEnd } from './end-of-process.ts';
import { readLocalEnv } from './env.ts';
import { createEphemeralFolder } from './ephemeral-folder.ts';
import { refuseFolderInUse } from './folder-in-use.ts';
import { listenToKeys } from './hotkeys.ts';
import { HELP, type LocalOptions, OptionError, parseLocalOptions } from './options.ts';
import { type ChosenPorts, choosePorts } from './ports.ts';
import { seedStack } from './seed-stack.ts';

/** The same codes as the `dataloaf` command. */
const EXIT = { failed: 1, usage: 2 } as const;
/** A Ctrl-C also ends the child processes of a start. Their failure may arrive before the signal does. */
const SIGNAL_LAG_MS = 100;
/** Written by `npm run contract -- --write`. */
const KNOWN_DIFFERENCES = new URL('../../known-differences.md', import.meta.url);

async function main(): Promise<void> {
  const options = parseLocalOptions(process.argv.slice(2));
  if (options.isHelp) {
    process.stdout.write(HELP);
    return;
  }
  if (options.isExplain) {
    process.stdout.write(await readFile(KNOWN_DIFFERENCES, 'utf8'));
    return;
  }
  const dir = options.isEphemeral ? await createEphemeralFolder() : resolve(options.dir);
  const removeEphemeral = (): void => {
    if (options.isEphemeral) rmSync(dir, { recursive: true, force: true });
  };
  const end = expectEnd(() => {
    abandonFolder(dir);
    removeEphemeral();
  });
  try {
    await run(options, dir, end);
  } catch (error) {
    await pause(SIGNAL_LAG_MS);
    if (!end.signal.aborted) throw error;
  } finally {
    removeEphemeral();
  }
  // Idle client connections would keep the process alive for seconds.
  process.exit(0);
}

async function run(options: LocalOptions, dir: string, end: EndOfProcess): Promise<void> {
  await refuseFolderInUse(dir, end.signal);
  const ports = await choosePorts(options.port);
  const stack = await start(options, { dir, ports, end });
  try {
    const lost = stack.backend.lost.then((reason) => Promise.reject(reason));
    await Promise.race([announce(stack, options, { ports, end }), end.asked, lost]);
    await Promise.race([end.asked, lost]);
    if (!options.isJson) process.stdout.write('Stopping.\n');
  } finally {
    await stack.stop();
  }
}

interface RunPorts {
  readonly dir: string;
  readonly ports: ChosenPorts;
  readonly end: EndOfProcess;
}

async function start(
  { isEphemeral, backend, statementMs }: LocalOptions,
  { dir, ports, end }: RunPorts,
): Promise<Stack> {
  const env = readLocalEnv();
  const log = createLog({ name: 'local', level: env.LOG_LEVEL, destination: 2 });
  const postgresUrl = env.DATALOAF_PG_URL === '' ? undefined : env.DATALOAF_PG_URL;
  if (postgresUrl !== undefined && backend === 'containers') {
    throw new OptionError(
      'Expected DATALOAF_PG_URL or --backend containers, got both: that back end starts its own Postgres.',
    );
  }
  try {
    return await startStack({ dir, ports, log, backend, postgresUrl, isEphemeral, statementMs, signal: end.signal });
  } catch (error) {
    // Two stacks that started at the same time both found the folder free.
    if (error instanceof StackError && error.code === 'folder_in_use') await refuseFolderInUse(dir, end.signal);
    throw error;
  }
}

async function announce(stack: Stack, options: LocalOptions, { ports, end }: Omit<RunPorts, 'dir'>): Promise<void> {
  if (options.seed > 0) await seedStack(stack, options.seed);
  if (end.signal.aborted) return;
  // S3 has all the data; the page fills up while it loads.
  if (stack.backend.postgres.rebuilt !== undefined) void loadNow(stack.admin);
  if (options.isJson) {
    for (const note of ports.notes) process.stderr.write(`${note}\n`);
    process.stdout.write(`${JSON.stringify(readyLine(stack))}\n`);
    return;
  }
  const hasKeys = listenToKeys(stack, end);
  // From the start of this process: the time that a person waits.
  const seconds = performance.now() / 1_000;
  process.stdout.write(banner(stack, { seconds, notes: ports.notes, seeded: options.seed, hasKeys }));
}

function readyLine(stack: Stack): ReadyLine {
  const { ready, insights, api, aws, serverKey, browserKey, postgres, pid } = stack.facts;
  return { ready, insights, api, aws, serverKey, browserKey, postgres, pid };
}

main().catch((error: unknown) => {
  process.stderr.write(`${describe(error)}\n`);
  process.exit(error instanceof OptionError ? EXIT.usage : EXIT.failed);
});

/** A person can act on our own errors. Any other error is a bug, so its stack trace is shown. */
function describe(error: unknown): string {
  if (!(error instanceof DataLoafError)) return error instanceof Error ? (error.stack ?? error.message) : String(error);
  return error.hint === undefined ? error.message : `${error.message}\n${error.hint}`;
}
