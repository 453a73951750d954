import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestStack, type TestStack } from './tools/test-stack.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

let stack: TestStack;
let cwd: string;
beforeAll(async () => {
  stack = await startTestStack();
  cwd = mkdtempSync(join(tmpdir(), 'dataloaf-readme-'));
});
afterAll(async () => {
  await stack.stop();
  rmSync(cwd, { recursive: true, force: true });
});

/** The code blocks of a language, in order. */
const blocks = (language: string): string[] =>
  [...README.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))].map((match) => match[1] ?? '');

/** Not `spawnSync`: the stack that answers runs in this process. */
async function run(
  command: string,
  args: readonly string[],
): Promise<{ readonly code: number; readonly output: string }> {
  const { api, serverKey } = stack.facts;
  const env = { ...process.env, DATALOAF_ENDPOINT: api, DATALOAF_SERVER_KEY: serverKey };
  const child = spawn(command, [...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (output += String(bytes)));
  const [code] = await once(child, 'close');
  return { code, output };
}

it('the curl examples of the README are accepted and arrive', async () => {
  const commands =
    blocks('sh')
      .find((block) => block.includes('/v1/events'))
      ?.split('\n') ?? [];
  const script = commands.filter((line) => !line.startsWith('export')).join('\n');

  const { code, output } = await run('bash', ['-euc', script]);
  await stack.load();

  expect([code, output.match(/"accepted":1/g)?.length]).toEqual([0, 2]);
  expect(await stack.sql('SELECT event_id, event_attributes FROM dataloaf.events')).toEqual([
    { event_id: 'order-1', event_attributes: { total: 12.5 } },
  ]);
  expect(await stack.sql('SELECT user_attributes FROM dataloaf.users')).toEqual([
    { user_attributes: { plan: 'pro', orders: 1 } },
  ]);
});

it('the SDK example of the README is the file that it names, and what it captures arrives', async () => {
  const [example = ''] = blocks('js');
  const file = join(ROOT, 'sdk/examples/first-event.mjs');

  const { code, output } = await run(process.execPath, [file]);
  await stack.load();

  // The file prints what shutdown answers; the README leaves that out.
  const shown = example.trim().split('\n').slice(0, -1).join('\n');
  expect(readFileSync(file, 'utf8')).toContain(shown);
  expect([code, output]).toEqual([0, expect.stringContaining('delivered: 3')]);
  expect(await stack.sql("SELECT user_attributes FROM dataloaf.users WHERE user_id = 'u2'")).toEqual([
    { user_attributes: { plan: 'pro', city: 'Oslo', orders: 1 } },
  ]);
});
