/** Runs the SDK under load, and the API it sends to, each in its own process, with a journal in a temporary folder. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child } from './child.ts';

export interface Lap {
  readonly captured: number;
  readonly rssMb: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly maxUs: number;
  readonly loopDelayP99Ms: number;
}

interface Counts {
  readonly unique: number;
  readonly twice: number;
  readonly requests: number;
  readonly bytes: number;
  /** Milliseconds since 1970. 0 when it never happened. */
  readonly lastNewMs: number;
  readonly lastRefusedMs: number;
}

interface Finish {
  readonly result: { readonly delivered: number; readonly persisted: number; readonly dropped: number };
  readonly cpuUs: number;
  readonly peakRssMb: number;
}

export interface Load {
  readonly sink: Child;
  /** Memory of the process with an open client, before the first capture. */
  readonly idleRssMb: number;
  capture(pace: {
    readonly n: number;
    readonly rate?: number;
    readonly perTurn?: number;
  }): Promise<{ readonly wallMs: number }>;
  lap(): Promise<Lap>;
  finish(flushMs: number): Promise<Finish>;
  counts(): Promise<Counts>;
}

/** `n`: the maximum number of events that the sink gets. Both processes end with `use`. */
export async function underLoad<Result>(n: number, use: (load: Load) => Promise<Result>): Promise<Result> {
  const dir = mkdtempSync(join(tmpdir(), 'dataloaf-bench-'));
  const sink = new Child('./sink.mjs');
  const client = new Child('./client.mjs');
  const end = (): void => {
    client.end();
    sink.end();
    rmSync(dir, { recursive: true, force: true });
  };
  // Otherwise an interrupted outage leaves half a gigabyte.
  process.once('exit', end);
  try {
    await sink.call('expect', { n });
    const { url } = await sink.call<{ url: string }>('up');
    const { rssMb } = await client.call<{ rssMb: number }>('open', { url, dir });
    return await use({
      sink,
      idleRssMb: rssMb,
      capture: (pace) => client.call('capture', pace),
      lap: () => client.call('lap'),
      finish: (flushMs) => client.call('finish', { flushMs }),
      counts: () => sink.call('counts'),
    });
  } finally {
    process.off('exit', end);
    end();
  }
}
