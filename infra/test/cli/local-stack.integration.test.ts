import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { STACK_FILE } from '@dataloaf/core/stack-file';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findStack } from '../../src/cli/local-stack.ts';
import { aStackFolder, StubApi, tempDir } from './support.ts';

let api: StubApi;
beforeEach(async () => {
  api = await StubApi.start();
});
afterEach(() => api.stop());

describe('findStack', () => {
  it('reports a stack as stopped if its process is gone, its API is silent or its file is torn', async () => {
    const gone = tempDir();
    const silent = tempDir();
    const torn = tempDir();
    aStackFolder(gone, { api: api.url, pid: 2 ** 22 + 1 });
    aStackFolder(silent, { api: 'http://127.0.0.1:1' });
    writeFileSync(join(aStackFolder(torn, { api: api.url }), STACK_FILE), '{"api":');

    expect(await findStack(undefined, gone)).toMatchObject({
      kind: 'stopped',
      reason: expect.stringMatching(/gone/),
    });
    expect(await findStack(undefined, silent)).toMatchObject({
      kind: 'stopped',
      reason: expect.stringMatching(/respond/),
    });
    expect(await findStack(undefined, torn)).toMatchObject({ kind: 'stopped' });
    expect(await findStack(undefined, tempDir())).toMatchObject({ kind: 'absent' });
  });
});
