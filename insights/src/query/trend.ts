/** The steps of a series question. */

import { answerSeries, type SeriesAnswer } from './answer/trend.ts';
import type { QueryKind } from './kind.ts';
import type { SeriesQuery, SeriesQuestion } from './model/trend.ts';
import { compileExtent, extentOf } from './sql/extent.ts';
import { compileSeries } from './sql/trend.ts';
import { settleSeries } from './time/settle-trend.ts';
import { parseSeries } from './url/trend.ts';

export const SERIES: QueryKind<SeriesQuery, SeriesQuestion, SeriesAnswer> = {
  example: '?event=purchase&period=30d&by=day&measure=users',
  parse: parseSeries,
  prepare: (query) => [compileExtent(query.event)],
  settle: (query, [extentRows = []], now) => settleSeries(query, extentOf(extentRows), now),
  compile: compileSeries,
  answer: answerSeries,
};
