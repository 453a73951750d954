/** The arguments of `dataloaf import`: what its help lists, and how they become `ImportOptions`. */
import { resolve } from 'node:path';
import type { ArgsDef } from 'citty';
import { UsageError } from '../errors.ts';
import { JSON_FLAG, type OutputFormat, outputFormatOf, TARGET_FLAGS } from '../flags.ts';
import { readArgs } from '../read-args.ts';
import type { TargetFlags } from '../target.ts';
import { PATIENCE_S_DEFAULT, PATIENCE_S_MAX } from './limits.ts';
import type { Format, Mapping } from './read/mapping.ts';
import { STDIN } from './read/source.ts';

export const IMPORT_ARGS = {
  file: { type: 'positional', description: 'NDJSON or CSV, plain or gzip; - for standard input', required: true },
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

export const IMPORT_NOTES = `COLUMNS

  Every column that no option names becomes an attribute.
  CSV: a plain decimal number that is kept exactly becomes a number (12.00 is 12). Everything else stays a string: 00001,
  +1, 1e5, 20 digits, true, false. An empty field is left out.
  NDJSON: values stay as they are, null included.
  Times: ISO 8601 (UTC when there is no offset), or seconds or milliseconds since 1970.

IMPORTING AGAIN

  Importing the same content again adds nothing, even under another file name, compressed in another way, or after a kill
  half way. An event's id is made from the file's content, the mapping and the line number. Two equal lines are two events.
  A FILE THAT HAS GROWN IS NEW CONTENT: all of its lines become new events. For such a file, pass --id with a column whose
  value is unique for each event; then only the new lines are added. DataLoaf uses these ids unchanged, so they must be
  unique among all events, not only in this file.

REJECTED LINES

  A wrong line never stops the others. The first 20 are shown with their reasons. All of them are listed in
  import-rejected/, next to the journal (import-journal/). Both are in the folder of the local stack. With --endpoint, they
  are in $XDG_STATE_HOME/dataloaf (default: ~/.local/state/dataloaf, on macOS ~/Library/Application Support/dataloaf).

EXIT CODES

  0    all lines were accepted
  1    some lines were rejected, or another failure occurred
  2    wrong usage, unreadable input, or the key was refused
  3    the API did not respond; captured events are in the journal, and the same command continues
  130  interrupted; the same command continues

EXAMPLES

  dataloaf import purchases.csv.gz --event purchase --user customer --time date
  dataloaf import log.ndjson.gz --event page_viewed --user visitor --time time --dry-run
  zcat old/*.gz | dataloaf import - --format ndjson --event-column type --user uid --time at --id uuid`;

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

/** @throws UsageError */
export function parseImportArgs(rawArgs: readonly string[], cwd: string): ImportOptions {
  const args = readArgs(rawArgs, IMPORT_ARGS);
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
  readonly event?: string | undefined;
  readonly 'event-column'?: string | undefined;
  readonly user?: string | undefined;
  readonly time?: string | undefined;
  readonly id?: string | undefined;
}

function parseMapping(args: MappingArgs): Mapping {
  const name = args.event;
  const column = args['event-column'];
  if ((name === undefined) === (column === undefined)) {
    throw new UsageError('Pass either --event NAME (one name for all events) or --event-column COLUMN.');
  }
  if (args.user === undefined) throw new UsageError('Pass --user COLUMN, the column with the user id.');
  return {
    event: column === undefined ? { kind: 'constant', name: name ?? '' } : { kind: 'column', column },
    user: args.user,
    time: args.time,
    id: args.id,
  };
}

function parseFormat(text: string | undefined): Format | undefined {
  if (text === undefined || text === 'csv' || text === 'ndjson') return text;
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
