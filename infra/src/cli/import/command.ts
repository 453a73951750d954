/** `dataloaf import FILE`: past events from a file. */
import { resolve } from 'node:path';
import { type CliContext, type Command, readArgs } from '../command.ts';
import { EXIT, type ExitCode } from '../errors.ts';
import { resolveTarget } from '../local-stack.ts';
import type { Printer } from '../printer.ts';
import { IMPORT_ARGS, IMPORT_NOTES, parseFormat, parseMapping, parsePatience } from './args.ts';
import type { Format, Mapping } from './read/mapping.ts';
import { scan } from './read/scan.ts';
import { openSource, type Source } from './read/source.ts';
import { dryRun } from './send/dry-run.ts';
import { makeIds, makeReader, runImport } from './send/send-file.ts';
import { renderSummary, type Summary } from './send/summary.ts';

interface Request {
  readonly file: string;
  readonly mapping: Mapping;
  readonly format: Format | undefined;
  readonly patienceMs: number;
  readonly output: 'text' | 'json';
  readonly flags: {
    readonly endpoint: string | undefined;
    readonly key: string | undefined;
    readonly dir: string | undefined;
  };
}

export const importCommand: Command = {
  definition: {
    meta: { name: 'import', description: 'Imports past events from a file, each line once.' },
    args: IMPORT_ARGS,
  },
  notes: IMPORT_NOTES,

  async run(rawArgs, context) {
    const args = readArgs(rawArgs, IMPORT_ARGS);
    const request: Request = {
      file: args.file === '-' ? '-' : resolve(context.cwd, args.file),
      mapping: parseMapping(args),
      format: parseFormat(args.format),
      patienceMs: parsePatience(args.patience),
      output: args.json === true ? 'json' : 'text',
      flags: { endpoint: args.endpoint, key: args.key, dir: args.dir },
    };
    return args['dry-run'] === true ? runDry(request, context) : runReal(request, context);
  },
};

async function withSource<Answer>(
  request: Request,
  context: CliContext,
  use: (source: Source) => Promise<Answer>,
): Promise<Answer> {
  const source = await openSource(request.file, context.stdin);
  try {
    return await use(source);
  } finally {
    await source.close();
  }
}

const runDry = (request: Request, context: CliContext): Promise<ExitCode> =>
  withSource(request, context, async (source) => {
    const { mapping } = request;
    const found = await scan(source, request.format);
    const shown = await dryRun(source, { reader: makeReader(found.format, mapping), ids: makeIds(mapping, found) });
    const { printer } = context;
    if (request.output === 'json') {
      printer.out(JSON.stringify({ dry_run: true, file: source.name, format: found.format, ...shown }));
    } else {
      for (const event of shown.events) printer.out(JSON.stringify(event));
      for (const { line, message } of shown.rejects) printer.note(`line ${line}: ${message}`);
      printer.note(`Dry run: ${shown.events.length} events as they would be sent; nothing was sent.`);
    }
    return shown.rejects.length === 0 ? EXIT.ok : EXIT.attention;
  });

async function runReal(request: Request, context: CliContext): Promise<ExitCode> {
  // Before the file: a missing stack is told at once, not after standard input has ended.
  const target = await resolveTarget(request.flags, context);
  const { mapping, patienceMs } = request;
  const { printer, signal } = context;
  return withSource(request, context, async (source) => {
    printer.note(`Importing ${source.name} to ${target.endpoint}`);
    if (mapping.time === undefined) printer.note('Without --time, all events get the time of this import.');
    const found = await scan(source, request.format);
    const summary = await runImport({ source, scan: found, mapping, target, patienceMs, printer, signal });
    report(summary, printer, request.output);
    return exitCodeOf(summary);
  });
}

function report(summary: Summary, printer: Printer, output: Request['output']): void {
  if (output === 'json') printer.out(JSON.stringify(summary));
  else for (const line of renderSummary(summary, printer.colors)) printer.out(line);
  if (summary.state === 'interrupted')
    printer.note('Run the same command again: it continues, and adds nothing twice.');
}

function exitCodeOf(summary: Summary): ExitCode {
  switch (summary.state) {
    case 'interrupted':
      return EXIT.interrupted;
    case 'unreachable':
      return EXIT.unreachable;
    case 'complete':
      return summary.rejected === 0 ? EXIT.ok : EXIT.attention;
  }
}
