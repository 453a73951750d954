/** An answer of the server, parsed for drawing. */
import type { SeriesAnswer } from '../../query/series/answer.ts';
import type { Measure } from '../../query/series/model.ts';
import { parseSeries } from '../../query/series/parse.ts';
import type { Bars } from '../chart/bars.ts';
import { MEASURE_NOUNS } from './measure-words.ts';

export interface SeriesPicture extends Bars {
  readonly measure: Measure;
  readonly total: number;
}

export function pictureOf(answer: SeriesAnswer): SeriesPicture {
  const parsed = parseSeries(answer.query);
  const measure = parsed.ok ? parsed.value.measure : 'events';
  // "All time" is queried in whole buckets, which begin before the first event and end after the last.
  const isAll = parsed.ok && parsed.value.period.kind === 'all';
  const range = isAll && answer.extent !== null ? answer.extent : answer;
  return {
    measure,
    noun: MEASURE_NOUNS[measure],
    granularity: answer.granularity,
    range: { from: Date.parse(range.from), to: Date.parse(range.to) },
    buckets: answer.buckets.map(({ start, end, value, complete }) => ({
      start: Date.parse(start),
      end: Date.parse(end),
      value,
      isComplete: complete,
    })),
    total: answer.total,
  };
}
