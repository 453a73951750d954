/** The steps of a series question. */
import { compileExtent, extentOf } from '../extent.ts';
import type { QueryKind } from '../kind.ts';
import { answerSeries, type SeriesAnswer } from './answer.ts';
import { compileSeries } from './compile.ts';
import type { SeriesQuery, SeriesQuestion } from './model.ts';
import { parseSeries } from './parse.ts';
import { settleSeries } from './settle.ts';

export const SERIES: QueryKind<SeriesQuery, SeriesQuestion, SeriesAnswer> = {
  example: '?event=purchase&period=30d&by=day&measure=users',
  parse: parseSeries,
  prepare: (query) => [compileExtent(query.event)],
  settle: (query, [extentRows = []], now) => settleSeries(query, extentOf(extentRows), now),
  compile: compileSeries,
  answer: answerSeries,
};
