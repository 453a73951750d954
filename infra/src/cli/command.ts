/** What a command of `dataloaf` is, and how its arguments are read: unlike citty alone, nothing unknown is passed over. */
import type { Readable } from 'node:stream';
import { messageOf } from '@dataloaf/core/errors';
import { type ArgsDef, type CommandDef, type ParsedArgs, parseArgs } from 'citty';
import type { CliEnv } from './env.ts';
import { type ExitCode, UsageError } from './errors.ts';
import type { Printer } from './printer.ts';

export interface CliContext {
  readonly printer: Printer;
  readonly env: CliEnv;
  readonly cwd: string;
  readonly stdin: Readable;
  /** Aborted by Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
}

export interface Command {
  /** Name, description and arguments, as the help shows them. */
  readonly definition: CommandDef;
  /** Rules and examples, shown below the arguments. */
  readonly notes: string;
  run(rawArgs: readonly string[], context: CliContext): Promise<ExitCode>;
}

/** @throws UsageError for an option or an argument that the command does not have */
export function readArgs<Args extends ArgsDef>(rawArgs: readonly string[], definition: Args): ParsedArgs<Args> {
  const args = parse(rawArgs, definition);
  const names = new Set(Object.keys(definition).flatMap((name) => [name, camelCase(name)]));
  const unknown = Object.keys(args).find((name) => name !== '_' && !names.has(name));
  if (unknown !== undefined) throw new UsageError(`Unknown option ${unknown.length === 1 ? '-' : '--'}${unknown}.`);
  const places = Object.values(definition).filter((argument) => argument.type === 'positional').length;
  const extra = args._[places];
  if (extra !== undefined) throw new UsageError(`Unexpected argument ${JSON.stringify(extra)}.`);
  for (const [name, argument] of Object.entries(definition)) {
    if (argument.type === 'string' && Reflect.get(args, name) === '') throw new UsageError(`--${name} needs a value.`);
  }
  return args;
}

function parse<Args extends ArgsDef>(rawArgs: readonly string[], definition: Args): ParsedArgs<Args> {
  try {
    return parseArgs<Args>([...rawArgs], definition);
  } catch (error) {
    throw new UsageError(`${messageOf(error).replace('Missing required positional argument:', 'Missing argument')}.`);
  }
}

const camelCase = (name: string): string => name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
