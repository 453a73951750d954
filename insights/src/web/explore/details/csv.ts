/** The numbers of the result as a CSV file (RFC 4180), oldest first: the same as in the table and in the API. Pure. */
import type { TrendAnswer } from '../../../query/answer/trend.ts';
import type { Picture } from '../../chart/picture.ts';
import { formatBucket } from '../../words/times.ts';

/** Programs that open CSV files run a cell as a formula when it begins with one of these. */
const FORMULA = /^[=+\-@\t\r]/;

export function csvOf({ starts }: TrendAnswer, picture: Picture): string {
  const { lines, granularity, zone, partial } = picture;
  const head = [
    'start_utc',
    `${granularity} (${zone})`,
    'partial',
    ...lines.flatMap(({ name, previous }) => (previous === null ? [name] : [name, `${name}, before`])),
  ];
  const rows = starts.map((start, index) => [
    new Date(start).toISOString(),
    formatBucket(picture.starts[index] ?? start, granularity),
    partial.has(index) ? 'yes' : '',
    ...lines.flatMap(({ values, previous }) => [
      cellOf(values[index]),
      ...(previous === null ? [] : [cellOf(previous.values[index])]),
    ]),
  ]);
  const total = [
    '',
    'whole period',
    '',
    ...lines.flatMap(({ total: value, previous }) => [
      cellOf(value),
      ...(previous === null ? [] : [cellOf(previous.total)]),
    ]),
  ];
  return [head.map(textCell), ...rows.map(quoted), quoted(total)].map((cells) => `${cells.join(',')}\r\n`).join('');
}

const cellOf = (value: number | null | undefined): string =>
  value === null || value === undefined ? '' : String(value);
const quoted = (cells: readonly string[]): readonly string[] => cells.map(quote);
/** What a person or an event named. */
const textCell = (text: string): string => quote(FORMULA.test(text) ? `'${text}` : text);
const quote = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
