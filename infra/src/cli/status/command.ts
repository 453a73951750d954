/** `dataloaf status`: what runs, how fresh the data is, what was loaded last. */
import type { ArgsDef } from 'citty';
import { type Command, readArgs } from '../command.ts';
import { EXIT } from '../errors.ts';
import { findStack } from '../local-stack.ts';
import { renderStatus } from './render.ts';
import { readStatus } from './run.ts';
import { attentionOf } from './stack-status.ts';

const STATUS_ARGS = {
  dir: { type: 'string', valueHint: 'folder', description: 'Folder of the local stack; .dataloaf by default' },
  json: { type: 'boolean', description: 'Print one line of JSON' },
} as const satisfies ArgsDef;

export const statusCommand: Command = {
  definition: {
    meta: { name: 'status', description: 'What runs, how fresh the data is, what was loaded last.' },
    args: STATUS_ARGS,
  },
  notes: `Shows the local stack of this folder: every object that arrived up to "loaded up to" is in the warehouse. What is still in an
SDK's journal is not known here.

Exit code: 0 all is well, 1 the stack does not run, a part of it does not answer, files are parked, or the data was loaded up
to more than 15 minutes ago, 2 wrong usage.`,

  async run(rawArgs, { printer, cwd }) {
    const args = readArgs(rawArgs, STATUS_ARGS);
    const local = await findStack(args.dir, cwd);
    const status = await readStatus(local, Date.now());
    if (args.json === true) printer.out(JSON.stringify(status));
    else for (const line of renderStatus(status, printer.colors)) printer.out(line);
    return attentionOf(status).length === 0 ? EXIT.ok : EXIT.attention;
  },
};
