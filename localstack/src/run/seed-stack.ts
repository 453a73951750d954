/** Sends sample events to a running stack the way a customer does, through the SDK and its journal, and loads them. */
import { join } from 'node:path';
import { DataLoaf } from '@dataloaf/sdk';
import { type LoadAnswer, loadNow } from '../stack/load-now.ts';
import type { Stack } from '../stack/stack.ts';
import { StackError } from '../stack-error.ts';
import { seed } from './seed.ts';

/** @throws StackError when some of the events did not arrive */
export async function seedStack(stack: Stack, events: number): Promise<LoadAnswer> {
  const { api, serverKey, dir } = stack.facts;
  const sdk = new DataLoaf({ endpoint: api, serverKey, dir: join(dir, 'seed-journal') });
  try {
    await seed(sdk, { events, nowMs: stack.admin.now().getTime() });
  } finally {
    await sdk.shutdown();
  }
  const { dropped, pendingItems } = sdk.stats();
  const missing = Object.values(dropped).reduce((sum, each) => sum + each, pendingItems);
  if (missing > 0)
    throw new StackError('seed_incomplete', `Expected every sample event to arrive, ${missing} items did not.`);
  const answer = await loadNow(stack.admin);
  if (answer.outcome !== 'failed') return answer;
  throw new StackError('seed_not_loaded', `Expected the sample events to load, got: ${answer.message}`);
}
