import { describe, expect, it } from 'vitest';
import { type SuiteResult, suite } from '../../contract/case.ts';
import type { KnownFor } from '../../contract/differences/all.ts';
import { isBad, judge } from '../../contract/judge.ts';

const SUITE = suite('s3', async () => ({ kind: 'absent', evidence: 'none' }), [
  { id: 's3.a', rule: 'a is 1', source: 'a page', expected: 1, observe: async () => 1 },
]);

const seen = (observed: number, isAsDocumented: boolean): SuiteResult => ({
  kind: 'ran',
  service: 's3',
  results: [{ id: 's3.a', observed, isAsDocumented }],
});

const ABSENT: SuiteResult = { kind: 'absent', service: 's3', evidence: 'a 501' };
const NOTHING: KnownFor = { absent: undefined, cases: [] };
const TWO_IS_KNOWN: KnownFor = {
  absent: undefined,
  cases: [{ kind: 'differs', on: 'moto', case: 's3.a', seen: 2, right: 'ours', why: 'it says two' }],
};
const ABSENCE_IS_KNOWN: KnownFor = {
  absent: { kind: 'absent', on: 'moto', service: 's3', why: 'it has none' },
  cases: [],
};

describe('a case that', () => {
  it('is as documented and has no entry is the same', () => {
    expect(judge(SUITE, seen(1, true), NOTHING)).toEqual([{ id: 's3.a', verdict: { kind: 'same' } }]);
  });

  it('differs without an entry fails the run', () => {
    const [judged] = judge(SUITE, seen(2, false), NOTHING);

    expect(judged?.verdict).toEqual({ kind: 'unexplained', expected: 1, observed: 2 });
    expect(judged !== undefined && isBad(judged)).toBe(true);
  });

  it('differs as its entry says is known', () => {
    const [judged] = judge(SUITE, seen(2, false), TWO_IS_KNOWN);

    expect(judged?.verdict).toEqual({ kind: 'known', why: 'it says two' });
    expect(judged !== undefined && isBad(judged)).toBe(false);
  });

  it('does not differ as its entry says fails the run', () => {
    expect(judge(SUITE, seen(3, false), TWO_IS_KNOWN)[0]?.verdict).toMatchObject({ kind: 'unexplained', observed: 3 });
  });

  it('no longer differs makes its entry stale, which fails the run', () => {
    const [judged] = judge(SUITE, seen(1, true), TWO_IS_KNOWN);

    expect(judged?.verdict.kind).toBe('stale');
    expect(judged !== undefined && isBad(judged)).toBe(true);
  });
});

describe('a service that is absent', () => {
  it('is known when an entry says so, and its evidence is reported', () => {
    expect(judge(SUITE, ABSENT, ABSENCE_IS_KNOWN)).toEqual([
      { id: 's3', verdict: { kind: 'known', why: 'it has none (a 501)' } },
    ]);
  });

  it('fails the run without an entry', () => {
    expect(judge(SUITE, ABSENT, NOTHING).some(isBad)).toBe(true);
  });

  it('and appears makes its entry stale', () => {
    const judged = judge(SUITE, seen(1, true), ABSENCE_IS_KNOWN);

    expect(judged.filter(isBad)).toMatchObject([{ id: 's3', verdict: { kind: 'stale' } }]);
  });
});
