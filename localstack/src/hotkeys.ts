/** Keys of a terminal: one letter, one action, one at a time. */
import { messageOf } from '@dataloaf/core/errors';
import { loadNow } from './load-now.ts';
import { seedStack } from './seed-stack.ts';
import type { Stack } from './stack.ts';

const SEED_EVENTS = 1_000;

export function listenToKeys(stack: Stack, stop: () => Promise<void>): void {
  const { stdin } = process;
  if (!stdin.isTTY) return;
  stdin.setRawMode(true);
  stdin.resume();
  let isBusy = false;
  const act = async (work: () => Promise<string>): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    const line = await work().catch((error: unknown) => `Failed: ${messageOf(error)}`);
    process.stdout.write(`${line}\n`);
    isBusy = false;
  };
  const actions: Readonly<Record<string, () => Promise<string>>> = {
    l: async () => describeLoad(await loadNow(stack.admin)),
    f: async () => `Flushed ${await stack.admin.flush()} objects to S3.`,
    s: async () => {
      await seedStack(stack, SEED_EVENTS);
      return `Seeded ${SEED_EVENTS} events and loaded them.`;
    },
    r: async () => {
      await stack.reset();
      return 'Reset: nothing is stored any more.';
    },
  };
  stdin.on('data', (bytes) => {
    const key = String(bytes);
    // In raw mode the terminal hands Ctrl-C and Ctrl-D over as characters.
    if (key === 'q' || key === '\u0003' || key === '\u0004') void stop();
    const action = actions[key];
    if (action !== undefined) void act(action);
  });
}

const describeLoad = (answer: { readonly outcome: string; readonly batch: unknown }): string =>
  `Load: ${answer.outcome}${answer.batch === null ? '' : ` ${JSON.stringify(answer.batch)}`}`;
