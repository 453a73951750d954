/** The first line of an answer, parsed for drawing. */
import type { TrendAnswer } from '../../query/answer/trend.ts';
import type { Measure } from '../../query/model/measure.ts';
import { DEFAULT_TREND, type TrendQuery } from '../../query/model/trend.ts';
import { createCalendar } from '../../query/time/calendar.ts';
import { parseTrend } from '../../query/url/trend.ts';
import type { Bars } from '../chart/bars.ts';
import { nounOf } from './measure-words.ts';

export interface TrendPicture extends Bars {
  readonly measure: Measure;
  readonly zone: string;
  readonly total: number;
}

export function pictureOf(answer: TrendAnswer): TrendPicture {
  const query = queryOf(answer);
  const [series] = query.series;
  const line = answer.series[0]?.lines[0];
  const { localOf } = createCalendar(query.zone, query.weekStart);
  // "All time" is queried in whole buckets, which begin before the first event and end after the last.
  const range = query.period.kind === 'all' && answer.extent !== null ? answer.extent : answer;
  const partial = new Set(answer.partial);
  return {
    measure: series.measure,
    noun: nounOf(series),
    granularity: answer.granularity,
    zone: query.zone,
    range: { from: localOf(Date.parse(range.from)), to: localOf(Date.parse(range.to)) },
    buckets: answer.starts.map((start, index) => ({
      start: localOf(start),
      value: line?.values[index] ?? 0,
      isComplete: !partial.has(index),
    })),
    total: line?.total ?? 0,
  };
}

export function queryOf(answer: TrendAnswer): TrendQuery {
  const parsed = parseTrend(answer.query);
  return parsed.ok ? parsed.value : DEFAULT_TREND;
}
