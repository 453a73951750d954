/** `dataloaf --help` and `dataloaf help COMMAND`. */
import { type CommandDef, renderUsage } from 'citty';
import { COMMANDS, type CommandEntry } from './commands.ts';
import type { Printer } from './printer.ts';

const ROOT: CommandDef = {
  meta: { name: 'dataloaf', description: 'Self-hosted product analytics.' },
};
const HELP = { name: 'help', description: 'Show help for a command.' };

export function printHelp(printer: Printer): void {
  const { bold } = printer.colors;
  const rows = [...COMMANDS, HELP];
  const width = Math.max(...rows.map(({ name }) => name.length)) + 2;
  printer.out('Self-hosted product analytics. Usage: dataloaf COMMAND [OPTIONS]');
  printer.out('');
  for (const { name, description } of rows) printer.out(`  ${bold(name.padEnd(width))}${description}`);
  printer.out('');
  printer.out('Run `dataloaf help COMMAND` for the options of a command, `dataloaf --version` for the version.');
}

export async function printCommandHelp({ name, description, load }: CommandEntry, printer: Printer): Promise<void> {
  const { args, notes } = await load();
  printer.out(await renderUsage({ meta: { name, description }, args }, ROOT));
  printer.out(notes);
}
