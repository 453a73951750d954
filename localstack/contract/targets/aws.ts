/** A real account. Nobody has run this yet; `npm run contract -- --help` says so. */
import { createInterface } from 'node:readline/promises';
import { ContractError } from '../contract-error.ts';
import type { AwsNames } from '../options.ts';
import type { Target } from '../target.ts';

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
    'This was never tried. It makes and removes buckets, delivery streams and schedules in the account of your\n' +
      `environment, and costs money. Type "${PHRASE}" to go on: `,
  );
  lines.close();
  if (answer.trim() === PHRASE) return;
  throw new ContractError('aws_unconfirmed', `Expected "${PHRASE}", got something else. Nothing was sent.`);
}

export function awsTarget({ workgroup, database, copyRole, probe, slow, httpApi }: AwsNames): Target {
  const hasWarehouse = workgroup !== undefined && database !== undefined && copyRole !== undefined;
  return {
    name: 'aws',
    endpoint: undefined,
    ...(hasWarehouse ? { warehouse: { workgroup, database, copyRole } } : {}),
    ...(probe === undefined || slow === undefined ? {} : { functions: { probe, slow, scheduled: probe } }),
    ...(httpApi === undefined ? {} : { httpApi }),
  };
}
