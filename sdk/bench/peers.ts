/**
 * Runs the bench that compares SDKs. It is not part of this repository: this file reads it from
 * `../shared/bench/sdk-peers`, a folder beside the repository, and never writes there. A copy below node_modules gets
 * the SDKs installed, once, and runs with our adapter (peers-adapter.mjs). Without that folder our SDK is measured
 * alone.
 */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FaultResult } from './fault-table.ts';
import type { PerfResult } from './perf-table.ts';
import { runToEnd } from './run-to-end.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PEERS = join(ROOT, '../shared/bench/sdk-peers');
const COPY = join(ROOT, 'node_modules/.cache/sdk-peers');
const COPIED = ['package.json', 'package-lock.json', 'run.mjs', 'sink.mjs', 'worker.mjs', 'adapters'];

/** An SDK that obeys twenty answers with a Retry-After of two seconds, one after the other, needs this long. */
const REFUSALS_S = 40;

export interface PeersBench {
  /** Each run measures every SDK once, ours last, then Mixpanel batched by hand: the fastest sender that we know. */
  perf(options: {
    readonly runs: number;
    readonly peers: string;
    readonly passed: readonly string[];
  }): Promise<PerfResult[]>;
  faults(options: {
    readonly peers: string;
    readonly cases: readonly string[];
    readonly jobs: string;
  }): Promise<FaultResult[]>;
}

/** The bench measures the published form. */
export async function buildSdk(): Promise<void> {
  await runToEnd(process.execPath, ['tools/run.mjs', 'tools/sdk-package/build.ts'], { cwd: ROOT });
}

/** The folder of the bench. Undefined, with a clear message, when it is missing. */
export function findPeers(): string | undefined {
  if (existsSync(join(PEERS, 'run.mjs'))) return PEERS;
  console.error(`NO PEERS: ${PEERS} not found. Only our own SDK is measured, without ratios.`);
  return undefined;
}

export async function preparePeers(folder: string): Promise<PeersBench> {
  mkdirSync(COPY, { recursive: true });
  for (const name of COPIED) cpSync(join(folder, name), join(COPY, name), { recursive: true });
  await installOnce();
  return {
    perf: async ({ runs, peers, passed }) => {
      const results: PerfResult[] = [];
      for (let run = 0; run < runs; run += 1) {
        results.push(...(await measure<PerfResult>(['perf', '--runs', '1', '--peers', `${peers},ours`, ...passed])));
        results.push(
          ...(await measure<PerfResult>(['perf', '--runs', '1', '--peers', 'mixpanel', '--tuned', ...passed])),
        );
      }
      return results;
    },
    faults: async ({ peers, cases, jobs }) => {
      const patient = cases.filter((name) => name === 's429');
      const others = cases.filter((name) => name !== 's429');
      const results: FaultResult[] = [];
      for (const { names, linger } of [
        { names: others, linger: 0 },
        { names: patient, linger: REFUSALS_S },
      ]) {
        const args = ['--peers', peers, '--cases', names.join(','), '--jobs', jobs, '--linger', String(linger)];
        if (names.length > 0) results.push(...(await measure<FaultResult>(['faults', ...args])));
      }
      return results;
    },
  };
}

/** Without install scripts: only stores of another bench in that folder need them. */
async function installOnce(): Promise<void> {
  const lock = readFileSync(join(COPY, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  const stamp = join(COPY, 'node_modules/.installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await runToEnd('npm', ['ci', '--prefix', COPY, ...quiet], { cwd: COPY });
  writeFileSync(stamp, wanted);
}

async function measure<Result>(args: readonly string[]): Promise<Result[]> {
  const dir = mkdtempSync(join(tmpdir(), 'dataloaf-bench-'));
  const out = join(dir, 'results.json');
  try {
    const env = { OURS: join(ROOT, 'sdk/bench/peers-adapter.mjs') };
    await runToEnd(process.execPath, ['run.mjs', ...args, '--out', out], { cwd: COPY, env });
    return JSON.parse(readFileSync(out, 'utf8'));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
