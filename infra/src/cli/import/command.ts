/** `dataloaf import FILE`: sends the past events of a file. */
import type { Command } from '../command.ts';
import { EXIT, type ExitCode } from '../errors.ts';
import { IMPORT_ARGS, parseImportArgs } from './args.ts';
import { IMPORT_NOTES } from './notes.ts';
import { renderImport } from './render.ts';
import { type ImportResult, runImport } from './run.ts';

export const importCommand: Command = {
  args: IMPORT_ARGS,
  notes: IMPORT_NOTES,

  async run(rawArgs, ports) {
    const options = parseImportArgs(rawArgs, ports.cwd);
    const result = await runImport(options, ports);
    ports.printer.print(renderImport(result, options.output, ports.printer.colors));
    return exitCodeOf(result);
  },
};

function exitCodeOf(result: ImportResult): ExitCode {
  switch (result.state) {
    case 'interrupted':
      return EXIT.interrupted;
    case 'unreachable':
      return EXIT.unreachable;
    case 'complete':
      return result.rejected === 0 ? EXIT.ok : EXIT.attention;
    case 'dry_run':
      return result.rejects.length === 0 ? EXIT.ok : EXIT.attention;
  }
}
