/**
 * Every command of `dataloaf`, in the order of the help. Help and dispatch derive from this list. The code of a command is
 * loaded when the command is used, so that the number of commands does not slow down the start.
 */
import type { Command } from './command.ts';

export interface CommandEntry {
  /** What a person types, and the name of the command's folder. */
  readonly name: string;
  /** One line for the list of commands and for the command's own help. */
  readonly description: string;
  load(): Promise<Command>;
}

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'import',
    description: 'Import past events from an NDJSON or CSV file, each line once.',
    load: async () => (await import('./import/command.ts')).importCommand,
  },
  {
    name: 'status',
    description: 'Show what is running, data freshness and the last load.',
    load: async () => (await import('./status/command.ts')).statusCommand,
  },
];
