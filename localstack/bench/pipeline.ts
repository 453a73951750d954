/**
 * `npm run bench`: the time of a start, the memory of the idle stack, and the time to import 80,000 events from a CSV file
 * into the warehouse. Prints a table and asserts nothing, because machines differ. `npm run bench -- --backend containers`
 * measures that back end, without the memory of its containers; the engine must have the images.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ReadyLine } from '@dataloaf/core/stack-file';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const EVENTS = 80_000;
const IDLE_MS = 10_000;

interface Running {
  readonly ready: ReadyLine;
  readonly seconds: number;
  readonly child: ChildProcess;
}

async function start(dir: string): Promise<Running> {
  const startedAt = performance.now();
  const args = [
    join(ROOT, 'localstack/bin/local.mjs'),
    '--dir',
    dir,
    '--port',
    '0',
    '--json',
    ...process.argv.slice(2),
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  return { ready: JSON.parse(String(line)), seconds: (performance.now() - startedAt) / 1_000, child };
}

async function stop({ child }: Running): Promise<void> {
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** Proportional memory of a process and its descendants, in MB. Linux only. */
function memoryOf(pid: number): number {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
    const parent = Number(/^PPid:\s+(\d+)/m.exec(read(`/proc/${name}/status`))?.[1] ?? 0);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  let kilobytes = 0;
  const open = [pid];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    kilobytes += Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${next}/smaps_rollup`))?.[1] ?? 0);
    open.push(...(children.get(next) ?? []));
  }
  return kilobytes / 1_024;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // The process has ended meanwhile, or is another user's.
  }
}

function writeCsv(file: string): void {
  const lines = ['customer,date,units,dollars,channel'];
  for (let index = 0; index < EVENTS; index += 1) {
    const day = new Date(Date.UTC(2021, 0, 1 + (index % 500))).toISOString().slice(0, 10);
    const customer = `c${String(index % 20_000).padStart(5, '0')}`;
    lines.push(`${customer},${day},${(index % 9) + 1},${(index % 9_973) / 100},web`);
  }
  writeFileSync(file, `${lines.join('\n')}\n`);
}

interface Imported {
  readonly importSeconds: number;
  readonly loadSeconds: number;
  readonly summary: string;
}

async function importCsv(csv: string, stackDir: string, ready: ReadyLine): Promise<Imported> {
  const startedAt = performance.now();
  const mapping = ['--event', 'purchase', '--user', 'customer', '--time', 'date'];
  const args = [join(ROOT, 'infra/bin/dataloaf.mjs'), 'import', csv, ...mapping, '--dir', stackDir, '--json'];
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  const loadAt = performance.now();
  const request = { method: 'POST', headers: { 'x-dataloaf-admin': '1' } };
  const answer = await (await fetch(`${ready.aws}/_dataloaf/load`, request)).text();
  return {
    importSeconds: (loadAt - startedAt) / 1_000,
    loadSeconds: (performance.now() - loadAt) / 1_000,
    summary: `${stdout.trim()}\n${answer}`,
  };
}

async function main(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'dataloaf-bench-'));
  const csv = join(dir, 'events.csv');
  const stackDir = join(dir, 'stack');
  writeCsv(csv);
  const cold = await start(stackDir);
  await stop(cold);
  const warm = await start(stackDir);
  await pause(IDLE_MS);
  const idle = memoryOf(warm.child.pid ?? 0);
  const { importSeconds, loadSeconds, summary } = await importCsv(csv, stackDir, warm.ready);
  await stop(warm);
  rmSync(dir, { recursive: true, force: true });

  const total = `${(importSeconds + loadSeconds).toFixed(1)} s (${importSeconds.toFixed(1)} + ${loadSeconds.toFixed(1)})`;
  const machine = `${cpus().length} cores, Node ${process.versions.node}, load average ${loadavg()[0]?.toFixed(1)}`;
  console.error(summary);
  console.log(`${new Date().toISOString().slice(0, 10)}, ${machine}\n`);
  console.log('| what | measured | target |');
  console.log('|---|---|---|');
  console.log(`| cold start, database created | ${cold.seconds.toFixed(1)} s | 10 s |`);
  console.log(`| warm start | ${warm.seconds.toFixed(1)} s | 4 s |`);
  console.log(
    `| idle memory of the whole stack (PSS, without its Postgres when that is another user's) | ${idle.toFixed(0)} MB | 600 MB |`,
  );
  console.log(`| import of ${EVENTS.toLocaleString('en')} events, and their load | ${total} | 20 s |`);
}

await main();
