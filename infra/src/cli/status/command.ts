/** `dataloaf status`: shows what is running, data freshness and the last load. */
import type { Command } from '../command.ts';
import { EXIT } from '../errors.ts';
import { findStack } from '../local-stack.ts';
import { parseStatusArgs, STATUS_ARGS, STATUS_NOTES } from './args.ts';
import { renderStatus } from './render.ts';
import { readStatus } from './run.ts';
import { attentionOf } from './stack-status.ts';

export const statusCommand: Command = {
  args: STATUS_ARGS,
  notes: STATUS_NOTES,

  async run(rawArgs, { printer, cwd }) {
    const { dir, output } = parseStatusArgs(rawArgs);
    const status = await readStatus(await findStack(dir, cwd), Date.now());
    printer.print(renderStatus(status, output, printer.colors));
    return attentionOf(status).length === 0 ? EXIT.ok : EXIT.attention;
  },
};
