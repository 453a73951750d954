/** `npm run local`. Standard output is for people, or for the one line of --json; logs go to standard error. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DataLoafError, messageOf } from '@dataloaf/core/errors';
import { LOCAL_STACK_FILE, type ReadyLine } from '@dataloaf/core/local-stack';
import { createLog } from '@dataloaf/core/log';
import { banner } from './banner.ts';
import { readLocalEnv } from './env.ts';
import { listenToKeys } from './hotkeys.ts';
import { loadNow } from './load-now.ts';
import { HELP, type LocalOptions, parseLocalOptions } from './local-options.ts';
import { LocalStackError } from './local-stack-error.ts';
import { choosePorts } from './ports.ts';
import { seedStack } from './seed-stack.ts';
import { type Stack, startStack } from './stack.ts';

/** Ctrl-C has to be through within it; what hangs is left to the next start, which cleans up. */
const STOP_MS = 5_000;

async function main(): Promise<void> {
  const options = parseLocalOptions(process.argv.slice(2));
  if (options.isHelp) {
    process.stdout.write(HELP);
    return;
  }
  const startedAt = performance.now();
  const dir = options.isEphemeral ? await mkdtemp(join(tmpdir(), 'dataloaf-')) : resolve(options.dir);
  const stack = await start(options, dir);
  const stop = stopper(stack, options.isEphemeral ? dir : undefined);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());
  if (options.seed > 0) await seedStack(stack, options.seed);
  // S3 has it all; the page fills while it loads.
  if (stack.postgres.rebuilt !== undefined) void loadNow(stack.admin);
  if (options.isJson) {
    process.stdout.write(`${JSON.stringify(readyLine(stack))}\n`);
    return;
  }
  process.stdout.write(banner(stack, (performance.now() - startedAt) / 1_000));
  listenToKeys(stack, stop);
}

async function start(options: LocalOptions, dir: string): Promise<Stack> {
  const env = readLocalEnv();
  const log = createLog({ name: 'local', level: env.LOG_LEVEL, destination: 2 });
  try {
    return await startStack({
      dir,
      ports: await choosePorts(options.port),
      log,
      postgresUrl: env.DATALOAF_PG_URL === '' ? undefined : env.DATALOAF_PG_URL,
      isEphemeral: options.isEphemeral,
    });
  } catch (error) {
    if (error instanceof LocalStackError && error.code === 'folder_in_use') throw await inUse(dir, error);
    throw error;
  }
}

/** Names the stack that holds the folder, so that one click leads to it. */
async function inUse(dir: string, cause: LocalStackError): Promise<LocalStackError> {
  const facts = await readFile(join(dir, LOCAL_STACK_FILE), 'utf8').then(JSON.parse, () => undefined);
  const where =
    facts === undefined ? 'It is still starting.' : `Its Insights: ${facts.insights} (process ${facts.pid}).`;
  return new LocalStackError('folder_in_use', `A stack already runs on ${dir}. ${where}`, {
    hint: 'Use that one, stop it, or start another with --dir.',
    cause,
  });
}

function readyLine(stack: Stack): ReadyLine {
  const { ready, insights, api, aws, serverKey, browserKey, postgres, pid } = stack.facts;
  return { ready, insights, api, aws, serverKey, browserKey, postgres, pid };
}

/** Ends the process once, whatever asks for it. */
function stopper(stack: Stack, temporary: string | undefined): () => Promise<void> {
  let isStopping = false;
  return async () => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => process.exit(1), STOP_MS).unref();
    await stack.stop();
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
    process.exit(0);
  };
}

main().catch((error: unknown) => {
  const hint = error instanceof DataLoafError && error.hint !== undefined ? `\n${error.hint}` : '';
  process.stderr.write(`${messageOf(error)}${hint}\n`);
  process.exit(1);
});
