/** The arguments of `dataloaf import`, and what its help says of them. */
import type { ArgsDef } from 'citty';
import { UsageError } from '../errors.ts';
import { PATIENCE_S_DEFAULT, PATIENCE_S_MAX } from './limits.ts';
import type { Format, Mapping } from './read/mapping.ts';

export const IMPORT_ARGS = {
  file: { type: 'positional', description: 'NDJSON or CSV, plain or gzip; - for standard input', required: true },
  event: { type: 'string', valueHint: 'name', description: 'Name of all events' },
  'event-column': { type: 'string', valueHint: 'column', description: 'Column with the name of each event' },
  user: { type: 'string', valueHint: 'column', description: 'Column with the user id; stays text' },
  time: {
    type: 'string',
    valueHint: 'column',
    description: 'Column with the time; without it, the time of the import',
  },
  id: { type: 'string', valueHint: 'column', description: 'Column with an id of each event, when the file has one' },
  format: {
    type: 'string',
    valueHint: 'csv|ndjson',
    description: 'By default told by the extension, else by the content',
  },
  dir: { type: 'string', valueHint: 'folder', description: 'Folder of the local stack; .dataloaf by default' },
  endpoint: { type: 'string', valueHint: 'url', description: 'Address of the API, or DATALOAF_ENDPOINT' },
  key: {
    type: 'string',
    valueHint: 'key',
    description: 'Server key, or DATALOAF_SERVER_KEY (better: others see arguments)',
  },
  patience: {
    type: 'string',
    valueHint: 'seconds',
    description: `Give up after so long without any answer; ${PATIENCE_S_DEFAULT} by default`,
  },
  'dry-run': { type: 'boolean', description: 'Show the first five events and send nothing' },
  json: { type: 'boolean', description: 'Print the summary as one line of JSON' },
} as const satisfies ArgsDef;

export const IMPORT_NOTES = `Columns without a role become attributes. Numbers of a CSV file become numbers when they are plain decimals that are kept
exactly (12.00 is 12); 00001, +1, 1e5, 20 digits, true and false stay text; an empty field is left out. Values of NDJSON stay as
they are, null included. Times: ISO 8601 (without an offset it is UTC), or seconds or milliseconds since 1970.

Importing the same content again adds nothing, also under another name, packed in another way, or after a kill half way: an
event's id is made of the file's content, the mapping and the line number. Two equal lines are two events.
A FILE THAT HAS GROWN IS NEW CONTENT: all of its lines would be new events. For such a file give --id, a column whose value is
unique for each event; then only what is new is added. Ids of --id are taken as they are: they must be unique among all events.

A wrong line never stops the others. The first 20 are shown with their reasons, all are listed in import-rejected/ beside the
journal (import-journal/): both in the folder of the local stack, or with --endpoint in the user's state folder
(XDG_STATE_HOME or ~/.local/state, on macOS ~/Library/Application Support, then dataloaf/).

Exit code: 0 all accepted, 1 some lines rejected (or another failure), 2 wrong usage or unreadable input, 3 the API did not
answer (what was captured is in the journal; the same command again continues), 130 interrupted.

Examples:
  dataloaf import purchases.csv.gz --event purchase --user customer --time date
  dataloaf import log.ndjson.gz --event page_viewed --user visitor --time time --dry-run
  zcat old/*.gz | dataloaf import - --format ndjson --event-column type --user uid --time at --id uuid`;

interface MappingArgs {
  readonly event?: string | undefined;
  readonly 'event-column'?: string | undefined;
  readonly user?: string | undefined;
  readonly time?: string | undefined;
  readonly id?: string | undefined;
}

/** @throws UsageError */
export function parseMapping(args: MappingArgs): Mapping {
  const name = args.event;
  const column = args['event-column'];
  if ((name === undefined) === (column === undefined)) {
    throw new UsageError('Give either --event NAME (one name for all) or --event-column COLUMN.');
  }
  if (args.user === undefined) throw new UsageError('Give --user COLUMN, the column with the user id.');
  return {
    event: column === undefined ? { kind: 'constant', name: name ?? '' } : { kind: 'column', column },
    user: args.user,
    time: args.time,
    id: args.id,
  };
}

/** @throws UsageError */
export function parseFormat(text: string | undefined): Format | undefined {
  if (text === undefined || text === 'csv' || text === 'ndjson') return text;
  throw new UsageError(`Expected --format csv or --format ndjson, got ${JSON.stringify(text)}.`);
}

/** In milliseconds. @throws UsageError */
export function parsePatience(text: string | undefined): number {
  const seconds = text === undefined ? PATIENCE_S_DEFAULT : Number(text);
  if (Number.isFinite(seconds) && seconds > 0 && seconds <= PATIENCE_S_MAX) return seconds * 1_000;
  throw new UsageError(
    `Expected --patience to be a number of seconds up to ${PATIENCE_S_MAX}, got ${JSON.stringify(text)}.`,
  );
}
