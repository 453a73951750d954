/** The arguments of `dataloaf import`: what its help lists, and how they become `ImportOptions`. */
import { resolve } from 'node:path';
import type { ArgsDef } from 'citty';
import { UsageError } from '../errors.ts';
import { JSON_FLAG, type OutputFormat, outputFormatOf, TARGET_FLAGS } from '../flags.ts';
import { readArgs } from '../read-args.ts';
import type { TargetFlags } from '../target.ts';
import { PATIENCE_S_DEFAULT, PATIENCE_S_MAX } from './limits.ts';
import { VENDORS, type Vendor } from './read/from/vendor-form.ts';
import type { EventName, Format, Mapping } from './read/mapping.ts';
import { STDIN } from './read/source.ts';

export const IMPORT_ARGS = {
  file: { type: 'positional', description: 'NDJSON or CSV, plain or gzip; - for standard input', required: true },
  from: {
    type: 'string',
    valueHint: VENDORS.join('|'),
    description: "Read this vendor's export; the options below replace its fields",
  },
  event: { type: 'string', valueHint: 'name', description: 'Name of all events' },
  'event-column': { type: 'string', valueHint: 'column', description: 'Column with the name of each event' },
  user: { type: 'string', valueHint: 'column', description: 'Column with the user id; it stays a string' },
  time: {
    type: 'string',
    valueHint: 'column',
    description: 'Column with the time of each event (default: the time of the import)',
  },
  id: { type: 'string', valueHint: 'column', description: 'Column with the id of each event, if the file has one' },
  format: {
    type: 'string',
    valueHint: 'csv|ndjson',
    description: 'Format of the file; defaults to the extension, then to the content',
  },
  ...TARGET_FLAGS,
  patience: {
    type: 'string',
    valueHint: 'seconds',
    description: `Give up when the API accepts nothing for this long (default: ${PATIENCE_S_DEFAULT})`,
  },
  'dry-run': { type: 'boolean', description: 'Show the first five events and send nothing' },
  json: JSON_FLAG,
} as const satisfies ArgsDef;

export interface ImportOptions {
  /** Absolute path, or `-` for standard input. */
  readonly file: string;
  readonly mapping: Mapping;
  /** Undefined: detect it. */
  readonly format: Format | undefined;
  readonly target: TargetFlags;
  /** How long an API that accepts nothing is tolerated. */
  readonly patienceMs: number;
  readonly mode: 'send' | 'dry_run';
  readonly output: OutputFormat;
}

const MANY_FILES =
  'One command imports one file. For many: for file in *.ndjson.gz; do dataloaf import "$file" ...; [ $? -le 1 ] || break; done';

/** @throws UsageError */
export function parseImportArgs(rawArgs: readonly string[], cwd: string): ImportOptions {
  const args = readArgs(rawArgs, IMPORT_ARGS, MANY_FILES);
  return {
    file: args.file === STDIN ? STDIN : resolve(cwd, args.file),
    mapping: parseMapping(args),
    format: parseFormat(args.format),
    target: { endpoint: args.endpoint, key: args.key, dir: args.dir },
    patienceMs: parsePatience(args.patience),
    mode: args['dry-run'] === true ? 'dry_run' : 'send',
    output: outputFormatOf(args),
  };
}

interface MappingArgs {
  readonly from?: string | undefined;
  readonly event?: string | undefined;
  readonly 'event-column'?: string | undefined;
  readonly user?: string | undefined;
  readonly time?: string | undefined;
  readonly id?: string | undefined;
}

function parseMapping(args: MappingArgs): Mapping {
  const from = parseVendor(args.from);
  const event = parseEvent(args);
  const { user, time, id } = args;
  if (from !== undefined) return { from, event, user, time, id };
  if (event === undefined) {
    throw new UsageError(
      'Pass either --event NAME (one name for all events) or --event-column COLUMN.',
      `For an export of ${VENDORS.join(', ')}: pass --from.`,
    );
  }
  if (user === undefined) throw new UsageError('Pass --user COLUMN, the column with the user id.');
  return { event, user, time, id };
}

function parseEvent({ event: name, 'event-column': column }: MappingArgs): EventName | undefined {
  if (name !== undefined && column !== undefined) {
    throw new UsageError('Pass either --event NAME (one name for all events) or --event-column COLUMN, not both.');
  }
  if (column !== undefined) return { kind: 'column', column };
  return name === undefined ? undefined : { kind: 'constant', name };
}

function parseVendor(text: string | undefined): Vendor | undefined {
  const vendor = VENDORS.find((name) => name === text?.toLowerCase());
  if (text === undefined || vendor !== undefined) return vendor;
  throw new UsageError(`Expected --from to be one of ${VENDORS.join(', ')}, got ${JSON.stringify(text)}.`);
}

const FORMATS: readonly Format[] = ['csv', 'ndjson'];

function parseFormat(text: string | undefined): Format | undefined {
  const format = FORMATS.find((name) => name === text?.toLowerCase());
  if (text === undefined || format !== undefined) return format;
  throw new UsageError(`Expected --format csv or --format ndjson, got ${JSON.stringify(text)}.`);
}

/** In milliseconds. */
function parsePatience(text: string | undefined): number {
  const seconds = text === undefined ? PATIENCE_S_DEFAULT : Number(text);
  if (Number.isFinite(seconds) && seconds > 0 && seconds <= PATIENCE_S_MAX) return seconds * 1_000;
  throw new UsageError(
    `Expected --patience to be a number of seconds up to ${PATIENCE_S_MAX}, got ${JSON.stringify(text)}.`,
  );
}
