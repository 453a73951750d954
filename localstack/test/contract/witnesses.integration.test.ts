import { describe, expect, it } from 'vitest';
import { isBad, type Judged } from '../../contract/judge.ts';
import { findPython } from '../../contract/python.ts';
import { runTarget } from '../../contract/run-target.ts';
import { SERVICES } from '../../contract/services.ts';
import { startLocalStackWitness } from '../../contract/targets/localstack.ts';
import { startMotoWitness } from '../../contract/targets/moto.ts';
import type { RunningTarget, Starting } from '../../contract/targets/running-target.ts';

/** Nothing is installed or pulled for a test. */
const WITNESSES = [
  { side: 'localstack', starting: await startLocalStackWitness({ image: 'present' }) },
  { side: 'moto', starting: await startMotoWitness(findPython('moto')) },
] as const;

describe.each(WITNESSES)('the witness $side', ({ side, starting }) => {
  it.runIf(isHere(side, starting))('differs from what AWS documents only where an entry says so', async () => {
    const { target, stop } = runningOf(starting);
    const judged: Judged[] = [];

    for await (const service of runTarget({ target, side, services: SERVICES })) judged.push(...service.judged);
    await stop();

    expect(judged.filter(isBad)).toEqual([]);
    expect(judged.length).toBeGreaterThan(SERVICES.length);
  });
});

/** A missing witness must be visible in the output. */
function isHere(side: string, starting: Starting): boolean {
  if (starting.kind === 'started') return true;
  process.stderr.write(`\n*** NO WITNESS ${side}: its contract tests DO NOT RUN. ${starting.why} ***\n\n`);
  return false;
}

function runningOf(starting: Starting): RunningTarget {
  if (starting.kind === 'started') return starting.running;
  throw new Error(starting.why);
}
