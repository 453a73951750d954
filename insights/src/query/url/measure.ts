/** The URL form of a measure: `events`, `users`, `median_per_user`, `p90(event.total)`, `distinct(event.country)`. */
import { type Measure, OF_NUMBERS, PER_USER } from '../model/measure.ts';
import { formatAttribute, readAttribute } from './attribute.ts';
import { type Cursor, parseText } from './cursor.ts';
import type { Parsed } from './params.ts';

export const parseMeasure = (what: string, text: string): Parsed<Measure> => parseText(what, text, readMeasure);

function readMeasure(cursor: Cursor): Measure {
  if (cursor.word('events')) return { kind: 'events' };
  if (cursor.word('users')) return { kind: 'users' };
  const perUser = PER_USER.find((statistic) => cursor.word(`${statistic}_per_user`));
  if (perUser !== undefined) return { kind: 'per_user', statistic: perUser };
  const statistic = OF_NUMBERS.find((name) => cursor.word(name));
  if (statistic === undefined && !cursor.word('distinct')) {
    cursor.fail(
      `events, users, ${PER_USER.map((name) => `${name}_per_user`).join(', ')}, or one of ${OF_NUMBERS.join(', ')}, distinct with an attribute, such as sum(event.total)`,
    );
  }
  cursor.expectSymbol('(');
  const attribute = readAttribute(cursor);
  cursor.expectSymbol(')');
  return statistic === undefined ? { kind: 'distinct', attribute } : { kind: 'number', statistic, attribute };
}

export function formatMeasure(measure: Measure): string {
  switch (measure.kind) {
    case 'events':
    case 'users':
      return measure.kind;
    case 'per_user':
      return `${measure.statistic}_per_user`;
    case 'number':
      return `${measure.statistic}(${formatAttribute(measure.attribute)})`;
    case 'distinct':
      return `distinct(${formatAttribute(measure.attribute)})`;
  }
}
