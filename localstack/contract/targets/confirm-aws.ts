/** The confirmation before a real account is used. Nobody has gone further yet, as `npm run contract -- --help` says. */
import { createInterface } from 'node:readline/promises';
import { ContractError } from '../contract-error.ts';

const PHRASE = 'use my account';

/** @throws ContractError when the user declines, or there is no terminal */
export async function confirmAws(): Promise<void> {
  if (process.stdin.isTTY !== true) {
    throw new ContractError('aws_unconfirmed', 'Expected a terminal to confirm --aws, got none.', {
      hint: 'Run it by hand. No request was sent.',
    });
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines.question(
    'This has never been tried. It creates, fills and removes buckets in the account of your environment, writes into\n' +
      `the resources that you named, and costs money. Type "${PHRASE}" to continue: `,
  );
  lines.close();
  if (answer.trim() === PHRASE) return;
  throw new ContractError('aws_unconfirmed', `Expected "${PHRASE}", got something else. No request was sent.`);
}
