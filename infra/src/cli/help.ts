/** `dataloaf --help` and `dataloaf help COMMAND`. */
import { type CommandDef, renderUsage } from 'citty';
import type { Command } from './command.ts';
import type { Printer } from './printer.ts';

export const ROOT: CommandDef = {
  meta: { name: 'dataloaf', description: 'Self-hosted product analytics.' },
};

export async function printCommandHelp(command: Command, printer: Printer): Promise<void> {
  printer.out(await renderUsage(command.definition, ROOT));
  printer.out(command.notes);
}

export function printHelp(descriptions: Readonly<Record<string, string>>, printer: Printer): void {
  const { bold } = printer.colors;
  const width = Math.max(...Object.keys(descriptions).map((name) => name.length)) + 2;
  printer.out('Self-hosted product analytics. Usage: dataloaf COMMAND [OPTIONS]');
  printer.out('');
  for (const [name, description] of Object.entries(descriptions)) {
    printer.out(`  ${bold(name.padEnd(width))}${description}`);
  }
  printer.out('');
  printer.out('`dataloaf help COMMAND` tells more, `dataloaf --version` the version.');
}
