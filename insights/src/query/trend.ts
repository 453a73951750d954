/** The steps of a trend. */
import { answerTrend, type TrendAnswer } from './answer/trend.ts';
import type { QueryKind } from './kind.ts';
import type { TrendQuery, TrendQuestion } from './model/trend.ts';
import { compileExtent, extentOf } from './sql/extent.ts';
import { compileTrend } from './sql/trend.ts';
import { settleTrend } from './time/settle-trend.ts';
import { parseTrend } from './url/trend.ts';

export const TREND: QueryKind<TrendQuery, TrendQuestion, TrendAnswer> = {
  example: '?event=purchase&measure=users&period=30d&by=day&breakdown=event.country',
  parse: parseTrend,
  prepare: (query) => [compileExtent(query.series[0].subject)],
  settle: (query, [extentRows = []], now) => settleTrend(query, { extent: extentOf(extentRows), now }),
  compile: compileTrend,
  answer: answerTrend,
};
