/** Seeds a running stack as a customer would: through the SDK and its own journal, then loads. */
import { join } from 'node:path';
import { DataLoaf } from '@dataloaf/sdk';
import { loadNow } from './load-now.ts';
import { seed } from './seed.ts';
import type { Stack } from './stack.ts';

export async function seedStack(stack: Stack, events: number): Promise<void> {
  const { api, serverKey, dir } = stack.facts;
  const sdk = new DataLoaf({ endpoint: api, serverKey, dir: join(dir, 'seed-journal') });
  await seed(sdk, { events, nowMs: stack.admin.now().getTime() });
  await sdk.shutdown();
  await loadNow(stack.admin);
}
