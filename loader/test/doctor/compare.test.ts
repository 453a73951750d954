import { describe, expect, it } from 'vitest';
import { compareTranscripts } from '../../src/doctor/compare.ts';
import { notRun } from '../../src/doctor/judge.ts';
import type { KnownDifference } from '../../src/doctor/known-differences.ts';
import { aTranscript } from './builders.ts';

const recorded = aTranscript({ 'p1.a': { rows: [[1]] }, 'p2.b': 'succeeded', 'fact.version': 'Redshift' });
const known = (more: Partial<KnownDifference> = {}): KnownDifference => ({
  target: 'redshift',
  check: 'p1.a',
  redshift: { rows: [[1]] },
  why: 'because',
  ...more,
});

describe('two transcripts', () => {
  it('agree when each check observes the same; facts of a warehouse are not compared', () => {
    const now = aTranscript({ 'p1.a': { rows: [[1]] }, 'p2.b': 'succeeded', 'fact.version': 'PostgreSQL' });

    expect(compareTranscripts(recorded, now, [])).toEqual([]);
  });

  it('differ by a check that observes something else', () => {
    const now = aTranscript({ 'p1.a': { rows: [[2]] }, 'p2.b': 'succeeded' });

    expect(compareTranscripts(recorded, now, [])).toEqual([
      { kind: 'differs', id: 'p1.a', recorded: { rows: [[1]] }, now: { rows: [[2]] } },
    ]);
  });

  it('agree about a difference that is listed with its reason', () => {
    const now = aTranscript({ 'p1.a': { rows: [[2]] }, 'p2.b': 'succeeded' });

    expect(compareTranscripts(recorded, now, [known()])).toEqual([]);
  });

  it.each([
    ['no longer differs', { rows: [[1]] }, known()],
    ['differs from what the entry says', { rows: [[3]] }, known({ redshift: { rows: [[9]] } })],
  ])('find an entry stale that %s', (_, observed, entry) => {
    const now = aTranscript({ 'p1.a': observed, 'p2.b': 'succeeded' });

    expect(compareTranscripts(recorded, now, [entry])).toMatchObject([{ kind: 'stale', id: 'p1.a' }]);
  });

  it('apply no entry of Redshift to the transcript of the stand-in itself', () => {
    const own = aTranscript({ 'p1.a': { rows: [[1]] } }, 'stand-in');

    expect(compareTranscripts(own, aTranscript({ 'p1.a': { rows: [[2]] } }), [known()])).toMatchObject([
      { kind: 'differs' },
    ]);
  });

  it('name checks that only one of them has', () => {
    const now = aTranscript({ 'p1.a': { rows: [[1]] }, 'p3.c': 1 });

    expect(compareTranscripts(recorded, now, [])).toEqual([
      { kind: 'gone', id: 'p2.b' },
      { kind: 'not_recorded', id: 'p3.c' },
    ]);
  });

  it('do not differ by a check that could not run', () => {
    const now = aTranscript({ 'p1.a': notRun('one role'), 'p2.b': 'succeeded' });

    expect(compareTranscripts(recorded, now, [])).toEqual([]);
  });
});
