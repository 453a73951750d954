/** How a question is counted, in words. */
import { seriesId, type TrendQuery } from '../../query/model/trend.ts';
import { formatFilter } from '../../query/url/filter.ts';
import { formatFormula } from '../../query/url/formula.ts';
import { attributeName, measureName, subjectName } from './measures.ts';
import { formatPeriodLabel } from './periods.ts';

/** What every number means, as `insights/README.md` defines it. */
export const DEFINITIONS: readonly string[] = [
  'Users are the distinct user ids of events. A user of several days counts once in the whole period.',
  'Averages, percentiles and users of a period are computed for the period, never summed over its parts.',
  'A filter with "not" includes what is missing. Numbers are JSON numbers: "5" counts only when it is asked as number(...).',
  'Attributes of users have the values of today, also for old events.',
];

/** One sentence for each part of the question. */
export function sentencesOf(query: TrendQuery): readonly string[] {
  const { series, filter, breakdown, compare, formula, granularity, zone, period } = query;
  const isAlone = series.length === 1;
  const lines = series.map((one, index) => {
    const letter = isAlone ? '' : `${seriesId(index)}: `;
    const where = one.filter === undefined ? '' : `, where ${formatFilter(one.filter)}`;
    return `${letter}${measureName(one.measure)} – ${subjectName(one)}${where}.`;
  });
  return [
    ...lines,
    ...(filter === undefined ? [] : [`All of it where ${formatFilter(filter)}.`]),
    `${formatPeriodLabel(period)}, by ${granularity === 'auto' ? 'a fitting width' : granularity}, in the time of ${zone}.`,
    ...(breakdown === undefined
      ? []
      : [
          `For each ${attributeName(breakdown.attribute)}: the ${breakdown.top} greatest in the whole period, the rest as Other.`,
        ]),
    ...(compare === undefined
      ? []
      : [`Beside the ${compare === 'year' ? 'same dates a year before' : 'period of the same length before'}.`]),
    ...(formula === undefined ? [] : [`And ${formatFormula(formula)}, for each bucket and for the whole period.`]),
  ];
}
