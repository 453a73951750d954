import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Judged } from '../../contract/judge.ts';
import { type RunRequest, runTarget } from '../../contract/run-target.ts';
import { maskIds } from '../../contract/transcript.ts';
import { useOurs } from '../tools/ours-fixture.ts';

const ours = useOurs();
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dataloaf-transcripts-'));
});
afterAll(async () => {
  await rm(dir, { recursive: true, force: true });
});

async function run(more: Partial<RunRequest>): Promise<readonly Judged[]> {
  const judged: Judged[] = [];
  const request: RunRequest = { target: ours.target, side: undefined, services: ['scheduler', 'lambda'], ...more };
  for await (const service of runTarget(request)) judged.push(...service.judged);
  return judged;
}

describe('a transcript', () => {
  it('is compared with a later run: an equal run passes, a change is found', async () => {
    await run({ record: dir });
    const same = await run({ replay: dir });
    const file = join(dir, 'lambda.json');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"TooManyRequestsException"', '"SomethingElse"'));

    const changed = await run({ replay: dir });

    expect(same.length).toBeGreaterThan(15);
    expect(same.filter(({ verdict }) => verdict.kind !== 'same')).toEqual([]);
    expect(changed.filter(({ verdict }) => verdict.kind !== 'same')).toMatchObject([{ id: 'lambda.concurrency' }]);
  });

  it('contains the exchanges, without anything that identifies an account', async () => {
    await run({ record: dir, services: ['lambda'] });

    const { exchanges } = JSON.parse(await readFile(join(dir, 'lambda.json'), 'utf8'));

    expect(exchanges[0]).toMatchObject({
      request: { method: 'POST', path: '/2015-03-31/functions/ingest/invocations' },
      response: { status: 200, headers: { 'x-amz-executed-version': '$LATEST' } },
    });
    expect(JSON.stringify(exchanges)).not.toContain('requestid');
  });

  it('masks accounts, keys and ids, the same id by the same placeholder', () => {
    const id = 'd9b6c0c9-0747-4bf4-b142-e8883122f766';

    const masked = maskIds(
      `arn:aws:x:123456789012:y AKIAIOSFODNN7EXAMPLE ${id} ${id}:2 dataloaf-contract-1a2b3c4d-9f8e 1700000000000`,
    );

    expect(masked).toBe('arn:aws:x:000000000000:y <access-key> <id-1> <id-1>:2 dataloaf-contract-<id-2> 1700000000000');
  });
});
