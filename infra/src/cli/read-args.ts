/** Reads the arguments of a command with citty. citty ignores unknown options and extra arguments; this refuses them. */
import { messageOf } from '@dataloaf/core/errors';
import { type ArgsDef, type ParsedArgs, parseArgs } from 'citty';
import { UsageError } from './errors.ts';

/** `extraHint` is for a person who passes too many arguments. @throws UsageError for an option or an argument that the command does not have */
export function readArgs<Args extends ArgsDef>(
  rawArgs: readonly string[],
  definition: Args,
  extraHint?: string,
): ParsedArgs<Args> {
  const args = parse(rawArgs, definition);
  const names = new Set(Object.keys(definition).flatMap((name) => [name, camelCase(name)]));
  const unknown = Object.keys(args).find((name) => name !== '_' && !names.has(name));
  if (unknown !== undefined) throw new UsageError(`Unknown option ${unknown.length === 1 ? '-' : '--'}${unknown}.`);
  const positionals = Object.values(definition).filter((argument) => argument.type === 'positional').length;
  const extra = args._[positionals];
  if (extra !== undefined) throw new UsageError(`Unexpected argument ${JSON.stringify(extra)}.`, extraHint);
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
