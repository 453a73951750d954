/** Finds the command, runs it, and turns what it threw into a message and an exit code. Commands are read when used. */
import { readFileSync } from 'node:fs';
import { ConfigError, DataLoafError, messageOf } from '@dataloaf/core/errors';
import type { CliContext, Command } from './command.ts';
import { EXIT, type ExitCode, UnreachableError, UsageError } from './errors.ts';
import { printCommandHelp, printHelp } from './help.ts';
import type { Printer } from './printer.ts';

const COMMANDS = {
  import: async (): Promise<Command> => (await import('./import/command.ts')).importCommand,
  status: async (): Promise<Command> => (await import('./status/command.ts')).statusCommand,
} as const;

const DESCRIPTIONS: Readonly<Record<keyof typeof COMMANDS | 'help', string>> = {
  import: 'Import past events from NDJSON or CSV.',
  status: 'What runs, how fresh the data is, what was loaded last.',
  help: 'Tell more of a command.',
};

export async function runCli(rawArgs: readonly string[], context: CliContext): Promise<ExitCode> {
  try {
    return await dispatch(rawArgs, context);
  } catch (error) {
    return reportError(error, context.printer);
  }
}

async function dispatch([name, ...rest]: readonly string[], context: CliContext): Promise<ExitCode> {
  const { printer } = context;
  if (name === '--version' || name === '-v') {
    printer.out(readVersion());
    return EXIT.ok;
  }
  if (name === undefined || name === '--help' || name === '-h' || (name === 'help' && rest.length === 0)) {
    printHelp(DESCRIPTIONS, printer);
    return name === undefined ? EXIT.usage : EXIT.ok;
  }
  const command = await findCommand(name === 'help' ? rest[0] : name);
  if (name !== 'help' && !asksForHelp(rest)) return command.run(rest, context);
  await printCommandHelp(command, printer);
  return EXIT.ok;
}

const asksForHelp = (args: readonly string[]): boolean => args.includes('--help') || args.includes('-h');

async function findCommand(name: string | undefined): Promise<Command> {
  const found = Object.entries(COMMANDS).find(([known]) => known === name);
  if (found !== undefined) return found[1]();
  const known = Object.keys(COMMANDS).join(', ');
  throw new UsageError(
    `Unknown command ${JSON.stringify(name)}.`,
    `Commands: ${known}. \`dataloaf --help\` tells more.`,
  );
}

function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { readonly version: string };
  return version;
}

function reportError(error: unknown, printer: Printer): ExitCode {
  if (!(error instanceof DataLoafError)) {
    printer.fail(
      error instanceof Error ? (error.stack ?? error.message) : messageOf(error),
      'This is a mistake of DataLoaf.',
    );
    return EXIT.attention;
  }
  printer.fail(error.message, error.hint);
  if (error instanceof UnreachableError) return EXIT.unreachable;
  return error instanceof UsageError || error instanceof ConfigError ? EXIT.usage : EXIT.attention;
}
