/** Runs an import: opens the file, reads it once for its hash, then sends its events or shows the first ones. */
import type { CliPorts } from '../command.ts';
import { resolveTarget } from '../target.ts';
import type { ImportOptions } from './args.ts';
import { makeReader } from './read/make-reader.ts';
import { type Format, hasTimes, isVendorMapping } from './read/mapping.ts';
import { scan } from './read/scan.ts';
import { openSource, type Source } from './read/source.ts';
import { formOf } from './read/vendor-line.ts';
import { type DryRun, dryRun } from './send/dry-run.ts';
import { makeIds } from './send/event-id.ts';
import { sendFile } from './send/send-file.ts';
import type { Summary } from './send/summary.ts';

export interface DryRunResult extends DryRun {
  readonly state: 'dry_run';
  readonly file: string;
  readonly format: Format;
}

export type ImportResult = Summary | DryRunResult;

/** @throws ConfigError, and UnreachableError when nothing was sent */
export const runImport = (options: ImportOptions, ports: CliPorts): Promise<ImportResult> =>
  options.mode === 'dry_run' ? showFirst(options, ports) : sendAll(options, ports);

const showFirst = ({ file, format, mapping }: ImportOptions, { stdin }: CliPorts): Promise<DryRunResult> =>
  withSource(openSource(file, stdin), async (source) => {
    const scanned = await scan(source, format);
    const reader = makeReader(scanned.format, mapping);
    const shown = await dryRun(source, { reader, ids: makeIds(mapping, scanned) });
    return { state: 'dry_run', file: source.name, format: scanned.format, ...shown };
  });

async function sendAll(options: ImportOptions, ports: CliPorts): Promise<Summary> {
  const { file, format, mapping, patienceMs } = options;
  // Before the file: a missing stack is reported at once, not after standard input has ended.
  const target = await resolveTarget(options.target, ports);
  return withSource(openSource(file, ports.stdin), async (source) => {
    ports.printer.note(`Importing ${source.name} to ${target.endpoint}`);
    if (!hasTimes(mapping)) ports.printer.note('Without --time, all events get the time of this import.');
    const note = isVendorMapping(mapping) ? formOf(mapping).note : undefined;
    if (note !== undefined) ports.printer.note(note);
    const scanned = await scan(source, format);
    const summary = await sendFile({ source, scan: scanned, mapping, target, patienceMs }, ports);
    if (summary.lines === 0 && summary.state === 'complete' && scanned.bytes > 0)
      ports.printer.note(noRecords(scanned.format));
    return summary;
  });
}

const noRecords = (format: Format): string =>
  format === 'csv' ? 'The file has a header and no records below it.' : 'The file has only blank lines.';

async function withSource<Result>(opening: Promise<Source>, use: (source: Source) => Promise<Result>): Promise<Result> {
  const source = await opening;
  try {
    return await use(source);
  } finally {
    await source.close();
  }
}
