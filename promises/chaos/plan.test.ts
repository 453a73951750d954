import { expect, it } from 'vitest';
import { nameOf, planFaults } from './plan.ts';

const MINUTE_MS = 60_000;

it('a seed always gives the same plan, and a longer plan begins with the shorter one', () => {
  const short = planFaults(7, MINUTE_MS);
  const long = planFaults(7, 2 * MINUTE_MS);

  expect(planFaults(7, MINUTE_MS)).toEqual(short);
  expect(long.slice(0, short.length)).toEqual(short);
});

it('another seed gives other faults at other moments', () => {
  const one = planFaults(1, MINUTE_MS);
  const two = planFaults(2, MINUTE_MS);

  expect(one.map(({ fault }) => nameOf(fault))).not.toEqual(two.map(({ fault }) => nameOf(fault)));
  expect(one.map(({ atMs }) => atMs)).not.toEqual(two.map(({ atMs }) => atMs));
});

it.each([1, 2, 3])('the plan of a few minutes with seed %i has every kind of fault', (seed) => {
  const names = new Set(planFaults(seed, 5 * MINUTE_MS).map(({ fault }) => nameOf(fault)));

  expect([...names].sort()).toEqual([
    'cancel session',
    'cut: api',
    'cut: firehose',
    'cut: gateway',
    'cut: postgres',
    'cut: redshift-data',
    'cut: s3',
    'firehose delivers twice',
    'firehose refuses',
    'full disk: journal',
    'full disk: postgres',
    'full disk: stack',
    'kill backend',
    'kill insights',
    'kill launcher',
    'kill postgres',
    'kill sdk host',
    'kill stack',
    'kill watchdog',
    'lambda crashes',
    's3 fails',
    'terminate session',
  ]);
});
