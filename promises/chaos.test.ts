/**
 * A short run of promises/chaos: about 20 faults in 10 s. `npm run chaos -- --seed N --minutes M` is the long form. A failure
 * names its seed; DATALOAF_TEST_SEED=N runs that one.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Chaos, type Judgement, startChaos } from './chaos/chaos.ts';
import { reportOf } from './chaos/report.ts';
import { query } from './tools/local-process.ts';

const LENGTH_MS = 9_000;
const seed = Number(process.env['DATALOAF_TEST_SEED'] ?? Math.floor(Math.random() * 1_000_000));

/** Processes are found in /proc. */
const isLinux = process.platform === 'linux';
const say = (line: string): void => void process.stderr.write(`${line}\n`);
if (!isLinux) say('\n*** CHAOS DOES NOT RUN: it needs Linux. ***\n');

describe.runIf(isLinux)(`under faults in random order at random moments (seed ${seed})`, () => {
  let chaos: Chaos | undefined;
  let judgement: Judgement;
  const notes: string[] = [];
  beforeAll(async () => {
    const note = (line: string): void => void (line.startsWith('***') ? say(line) : notes.push(line));
    const started = await startChaos({ seed, lengthMs: LENGTH_MS, note });
    chaos = started;
    await started.rage();
    judgement = await started.judge();
    say(reportOf(judgement, { seed, chaos: started }));
  });
  afterAll(() => chaos?.stop());

  it('everything that was acknowledged is stored once, and every document is right', () => {
    const { verdict, complaints, acknowledged } = judgement;

    expect({ verdict, complaints }, [...notes, chaos?.log()].join('\n')).toEqual({
      verdict: { lost: [], doubled: [], changed: [], wrongUsers: [] },
      complaints: [],
    });
    expect(Math.min(acknowledged.http, acknowledged.sdk)).toBeGreaterThan(0);
  });

  it('a loss, a double and a wrong document that are planted into the warehouse are found', async () => {
    const ready = chaos?.ready;
    if (chaos === undefined || ready === undefined) throw new Error('Expected the stack to run.');
    const first = (order: string): string =>
      `(SELECT event_id FROM dataloaf.events ORDER BY event_id ${order} LIMIT 1)`;
    await query(ready, `INSERT INTO dataloaf.events SELECT * FROM dataloaf.events WHERE event_id = ${first('DESC')}`);
    await query(
      ready,
      `DELETE FROM dataloaf.user_ops WHERE op_id = (SELECT min(op_id) FROM dataloaf.user_ops WHERE op_id LIKE 'http-%')`,
    );

    const { verdict, complaints } = await chaos.judge();

    expect(verdict.lost).toHaveLength(1);
    expect(verdict.doubled.length).toBeGreaterThan(0);
    expect(verdict.wrongUsers.length).toBeGreaterThan(0);
    expect(complaints).toContain('the ledger counts every event');
  });
});
