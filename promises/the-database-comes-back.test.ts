/** What a stack finds after it was off. Depends on the back end: it holds the objects and the database meanwhile. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectLedgerBalances, expectOnce, send } from './tools/disturbed-stack.ts';
import { loseDatabase } from './tools/test-backend.ts';
import { startTestStack, type TestStack } from './tools/test-stack.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack({ directMerge: 'off' });
});
afterAll(() => stack.stop());

it('objects that Firehose delivered before the stack went off are loaded when it is on again', async () => {
  const sent = await send(stack);
  await stack.admin.flush();
  const waiting = await send(stack);
  await stack.pause();

  stack = await startTestStack({ dir: stack.facts.dir, directMerge: 'off' });
  await stack.load();

  await expectOnce(stack, sent);
  await expectOnce(stack, waiting);
});

it('the database lost with the stack off: it is created again and filled from S3', async () => {
  const sent = [await send(stack), await send(stack)];
  await stack.load();
  const [before] = await stack.sql('SELECT count(*)::int AS n FROM dataloaf.events');
  const { dir } = stack.facts;
  await stack.pause();
  await loseDatabase(dir);

  stack = await startTestStack({ dir, directMerge: 'off' });
  const answer = await stack.load();

  expect(answer.outcome).toBe('loaded');
  expect(await stack.sql('SELECT count(*)::int AS n FROM dataloaf.events')).toEqual([before]);
  for (const one of sent) await expectOnce(stack, one);
  await expectLedgerBalances(stack);
});
