/** From an answer to the lines to draw. */
import type { SeriesAnswer, TrendAnswer } from '../../query/answer/trend.ts';
import { isAdditive, type Measure } from '../../query/model/measure.ts';
import { DEFAULT_TREND, type TrendQuery } from '../../query/model/trend.ts';
import { type Calendar, createCalendar } from '../../query/time/calendar.ts';
import type { Range } from '../../query/time/model.ts';
import { formatFormula } from '../../query/url/formula.ts';
import { parseTrend } from '../../query/url/trend.ts';
import type { DrawnLine, Picture } from '../chart/picture.ts';
import { measureName, nounOf, seriesName } from '../words/measures.ts';
import { partName } from '../words/parts.ts';

/** Colors of the palette. Lines beyond it begin again. */
const COLORS = 8;

export function pictureOf(answer: TrendAnswer): Picture {
  const query = queryOf(answer);
  const calendar = createCalendar(query.zone, query.weekStart);
  // "All time" is queried in whole buckets, which begin before the first event and end after the last.
  const range = query.period.kind === 'all' && answer.extent !== null ? answer.extent : answer;
  const lines = answer.series.flatMap((series, index) => linesOf(series, index, query)).map(colored);
  return {
    form: query.chart ?? (lines.length === 1 && query.compare === undefined ? 'bars' : 'line'),
    granularity: answer.granularity,
    zone: query.zone,
    range: localRange(range, calendar),
    comparedWith: answer.compared_with === null ? undefined : localRange(answer.compared_with, calendar),
    starts: answer.starts.map(calendar.localOf),
    partial: new Set(answer.partial),
    lines,
  };
}

export function queryOf(answer: TrendAnswer): TrendQuery {
  const parsed = parseTrend(answer.query);
  return parsed.ok ? parsed.value : DEFAULT_TREND;
}

const localRange = (range: { from: string; to: string }, { localOf }: Calendar): Range => ({
  from: localOf(Date.parse(range.from)),
  to: localOf(Date.parse(range.to)),
});

function linesOf({ id, lines }: SeriesAnswer, index: number, query: TrendQuery): readonly Omit<DrawnLine, 'color'>[] {
  const series = query.series[index];
  const isAlone = query.series.length === 1 && query.formula === undefined;
  const name = series === undefined ? formulaName(query) : seriesName(series, index, isAlone);
  const measure: Measure | undefined = series?.measure;
  return lines.map((line, position) => ({
    key: `${id} ${line.part === null ? position : JSON.stringify(line.part)}`,
    name:
      line.part === null ? name : `${isAlone ? '' : `${name} · `}${partName(line.part, query.breakdown?.attribute)}`,
    values: line.values,
    total: line.total,
    previous: line.previous,
    noun: series === undefined ? { one: '', many: '' } : nounOf(series),
    label: measure === undefined ? name : measureName(measure),
    isSum: measure !== undefined && isAdditive(measure),
  }));
}

const formulaName = ({ formula }: TrendQuery): string => (formula === undefined ? '' : formatFormula(formula));

const colored = (line: Omit<DrawnLine, 'color'>, index: number): DrawnLine => ({ ...line, color: index % COLORS });
