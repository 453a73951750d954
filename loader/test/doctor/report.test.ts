import { describe, expect, it } from 'vitest';
import { needed, RECORDED } from '../../src/doctor/check.ts';
import { notRun } from '../../src/doctor/judge.ts';
import { isBad, judgeObserved, reportCheck, summarise } from '../../src/doctor/report.ts';
import { aCheck, anObserved } from './builders.ts';

const NOTHING = new Map();
const ok = judgeObserved(anObserved({ check: aCheck({ expected: needed({ rows: [[1]] }) }) }), NOTHING);
const wrong = judgeObserved(anObserved({ check: aCheck({ expected: needed({ rows: [[2]] }) }) }), NOTHING);
const open = judgeObserved(anObserved(), NOTHING);
const unable = judgeObserved(anObserved({ observed: notRun('one role') }), NOTHING);

describe('the verdict', () => {
  it('fails a run only for what the product depends on', () => {
    expect([ok, wrong, open, unable].map(({ verdict }) => verdict.kind)).toEqual(['ok', 'wrong', 'noted', 'not_run']);
    expect([ok, wrong, open, unable].map(isBad)).toEqual([false, true, false, false]);
  });

  it('compares with the stand-in where only its answer is known, and notes what it has not recorded', () => {
    const observed = anObserved({ check: aCheck({ expected: RECORDED }) });

    const verdicts = [{ rows: [[1]] }, { rows: [[7]] }].map((value) =>
      judgeObserved(observed, new Map([['p0.one', value]])),
    );

    expect(verdicts.map(({ verdict }) => verdict.kind)).toEqual(['ok', 'wrong']);
    expect(judgeObserved(observed, NOTHING).verdict.kind).toBe('noted');
  });
});

describe('the report', () => {
  it('has a line for each check: verdict, time, name, and what was observed', () => {
    expect([ok, open, unable].map(reportCheck)).toEqual([
      'ok              3  p0.one                              {"rows":[[1]]}',
      'noted           3  p0.one                              (open) {"rows":[[1]]}',
      'NOT RUN         3  p0.one                              one role',
    ]);
  });

  it('shows in full what was expected and observed when it is wrong', () => {
    expect(reportCheck(wrong)).toContain('WRONG           3  p0.one                              one is one\n');
    expect(reportCheck(wrong)).toMatch(/expected \{"rows":\[\[2\]\]\}\n +got {6}\{"rows":\[\[1\]\]\}$/);
  });

  it('sums up', () => {
    const summary = summarise([ok, wrong, open, unable], { target: 'redshift', version: '1.0', ms: 61_000 });

    expect(summary).toContain('4 checks in 61 s: 1 ok, 1 wrong, 1 noted, 1 not run');
    expect(summary).toContain('The product depends on what is WRONG above.');
  });
});
