/** The question before a real account is used. Nobody has gone further yet; `npm run contract -- --help` says so. */
import { createInterface } from 'node:readline/promises';
import { ContractError } from '../contract-error.ts';

const PHRASE = 'use my account';

/** @throws ContractError when the answer is another one, or there is nobody to ask */
export async function confirmAws(): Promise<void> {
  if (process.stdin.isTTY !== true) {
    throw new ContractError('aws_unconfirmed', 'Expected a terminal on which --aws can be confirmed, got none.', {
      hint: 'Run it by hand. Nothing was sent.',
    });
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines.question(
    'This was never tried. It makes, fills and removes buckets in the account of your environment, writes into what\n' +
      `you named, and costs money. Type "${PHRASE}" to go on: `,
  );
  lines.close();
  if (answer.trim() === PHRASE) return;
  throw new ContractError('aws_unconfirmed', `Expected "${PHRASE}", got something else. Nothing was sent.`);
}
