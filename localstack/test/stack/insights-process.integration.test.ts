import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { type InsightsProcess, startInsightsProcess } from '../../src/stack/insights-process.ts';
import { until } from '../tools/until.ts';

const dir = mkdtempSync(join(tmpdir(), 'dataloaf-insights-'));
const server = join(dir, 'server.mjs');
writeFileSync(
  server,
  `import { createServer } from 'node:http';
  const server = createServer((_, response) => response.end(String(process.pid)));
  server.listen(Number(process.env.INSIGHTS_PORT), '127.0.0.1', () => {
    console.log(JSON.stringify({ url: 'http://127.0.0.1:' + server.address().port }));
  });
  process.on('disconnect', () => process.exit());`,
);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

let insights: InsightsProcess;
const warnings: string[] = [];
const start = async (): Promise<InsightsProcess> => {
  warnings.length = 0;
  const log = { warn: (...args: readonly unknown[]) => void warnings.push(String(args.at(-1))) };
  insights = await startInsightsProcess({ server, environment: { INSIGHTS_PORT: '0' }, log });
  return insights;
};
afterEach(() => insights.stop());

const answer = ({ url }: InsightsProcess): Promise<string> =>
  fetch(url)
    .then((response) => response.text())
    .catch(() => '');

it('an Insights that is killed comes back at the same address, as often as it is killed', async () => {
  const { url } = await start();
  const killed: (number | undefined)[] = [];

  for (let kills = 0; kills < 2; kills += 1) {
    const { pid } = insights;
    killed.push(pid);
    process.kill(Number(pid), 'SIGKILL');
    await until('another process', async () => ![String(pid), ''].includes(await answer(insights)));
  }

  expect(insights.url).toBe(url);
  expect(await answer(insights)).toBe(String(insights.pid));
  expect(killed).not.toContain(insights.pid);
  expect(warnings).toEqual(Array(2).fill('Insights ended unexpectedly, restarting it'));
});

it('a restart that somebody asks for is no warning, and a stopped Insights stays stopped', async () => {
  await start();
  const { pid } = insights;

  await insights.restart();
  const after = await answer(insights);
  await insights.stop();

  expect([pid, Number(after)]).toEqual([pid, insights.pid]);
  expect(insights.pid).not.toBe(pid);
  expect([await answer(insights), warnings]).toEqual(['', []]);
});
