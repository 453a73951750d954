/** Questions in their URL form that together use every shape of SQL, for tests of the texts. */
import type { Statement } from '@dataloaf/core/warehouse/warehouse';
import { compileTrend } from '../../../src/query/sql/trend.ts';
import { settleTrend } from '../../../src/query/time/settle-trend.ts';
import { parseTrend } from '../../../src/query/url/trend.ts';
import { at } from '../../builders.ts';

const PERIOD = 'period=2026-03-01..2026-04-05';
const MEASURES = [
  'events',
  'users',
  'avg_per_user',
  'median_per_user',
  'sum(event.total)',
  'avg(event.total)',
  'p90(number(event.total))',
  'distinct(user.plan)',
];
const FILTERS = [
  'event.country is DE, FR and not event.plan is true, 5',
  'not (event.total >= 10 or number(event.total) between 1 and 2)',
  'user.email contains "@x" or user.email starts with a or event.cart.total is set',
  'did purchase at least 3 times in 30 days and not did signup in 7 days',
];

export const EXAMPLES: readonly string[] = [
  `event=purchase&${PERIOD}&by=day`,
  `event=purchase&${PERIOD}&by=day&zone=Europe/Paris&compare=previous`,
  `${PERIOD}&by=hour&zone=Asia/Kathmandu`,
  `${PERIOD}&by=hour&zone=Australia/Lord_Howe`,
  `${PERIOD}&by=week&week=sunday`,
  ...MEASURES.flatMap((measure) => [
    `event=purchase&measure=${measure}&${PERIOD}&by=day`,
    `measure=${measure}&${PERIOD}&by=day&breakdown=event.country&compare=year`,
  ]),
  ...FILTERS.map((where) => `measure=users&${PERIOD}&where=${encodeURIComponent(where)}`),
  `profiles=all&${PERIOD}&breakdown=user.plan`,
  `profiles=new&measure=avg(user.age)&${PERIOD}&where=${encodeURIComponent('user.plan is set')}`,
  `event=purchase&${PERIOD}&by=day&breakdown=number(event.total)`,
];

export function statementsOf(search: string): readonly Statement[] {
  const parsed = parseTrend(search);
  if (!parsed.ok) throw new TypeError(parsed.reason);
  return compileTrend(settleTrend(parsed.value, { extent: undefined, now: at('2026-11-25T12:00:00Z') }));
}

export const exampleStatements = (): readonly Statement[] => EXAMPLES.flatMap(statementsOf);
