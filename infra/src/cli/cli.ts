/** Finds the command, runs it, and turns what it throws into a message and an exit code. */
import { readFileSync } from 'node:fs';
import { ConfigError, DataLoafError, messageOf } from '@dataloaf/core/errors';
import type { CliPorts } from './command.ts';
import { COMMANDS, type CommandEntry } from './commands.ts';
import { EXIT, type ExitCode, UnreachableError, UsageError } from './errors.ts';
import { printCommandHelp, printHelp } from './help.ts';
import type { Printer } from './printer.ts';

export async function runCli(rawArgs: readonly string[], ports: CliPorts): Promise<ExitCode> {
  try {
    return await dispatch(rawArgs, ports);
  } catch (error) {
    return reportError(error, ports.printer, usageHint(rawArgs[0]));
  }
}

async function dispatch([name, ...rest]: readonly string[], ports: CliPorts): Promise<ExitCode> {
  const { printer } = ports;
  if (name === '--version' || name === '-v') {
    printer.out(readVersion());
    return EXIT.ok;
  }
  if (name === undefined || name === '--help' || name === '-h' || (name === 'help' && rest.length === 0)) {
    printHelp(printer);
    return name === undefined ? EXIT.usage : EXIT.ok;
  }
  const entry = findCommand(name === 'help' ? rest[0] : name);
  if (name !== 'help' && !asksForHelp(rest)) return (await entry.load()).run(rest, ports);
  await printCommandHelp(entry, printer);
  return EXIT.ok;
}

const asksForHelp = (args: readonly string[]): boolean => args.includes('--help') || args.includes('-h');

function findCommand(name: string | undefined): CommandEntry {
  const found = COMMANDS.find((entry) => entry.name === name);
  if (found !== undefined) return found;
  const known = COMMANDS.map((entry) => entry.name).join(', ');
  throw new UsageError(
    `Unknown command ${JSON.stringify(name)}.`,
    `Commands: ${known}. Run \`dataloaf --help\` for a description of each.`,
  );
}

function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { readonly version: string };
  return version;
}

const usageHint = (command: string | undefined): string =>
  `Run \`dataloaf help ${command}\` for its options and examples.`;

function reportError(error: unknown, printer: Printer, hint: string): ExitCode {
  if (!(error instanceof DataLoafError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
    printer.fail(text, 'This is a bug in DataLoaf. Please report it.');
    return EXIT.attention;
  }
  printer.fail(error.message, error.hint ?? (error instanceof UsageError ? hint : undefined));
  if (error instanceof UnreachableError) return EXIT.unreachable;
  return error instanceof UsageError || error instanceof ConfigError ? EXIT.usage : EXIT.attention;
}
