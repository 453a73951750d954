/**
 * Answers a trend from the items themselves, in plain TypeScript: no SQL, and nothing shared with the code under test but the
 * edges of the buckets, which other tests check.
 */
import type { Part } from '../../../src/query/answer/part.ts';
import type { Attribute } from '../../../src/query/model/attribute.ts';
import type { AttributeCondition, Filter, Scalar } from '../../../src/query/model/filter.ts';
import type { Measure } from '../../../src/query/model/measure.ts';
import type { Series, TrendQuestion } from '../../../src/query/model/trend.ts';
import type { Range } from '../../../src/query/time/model.ts';
import type { Sample } from './sample.ts';

/** One event, or one user. */
interface Counted {
  readonly user: string;
  readonly at: number;
  readonly event: Readonly<Record<string, unknown>>;
  readonly profile: Readonly<Record<string, unknown>>;
}

export interface ExpectedLine {
  readonly part: Part | null;
  readonly values: readonly (number | null)[];
  readonly total: number | null;
}

export function expectedLines(
  sample: Sample,
  question: TrendQuestion,
  series: Series,
  edges: readonly number[],
): readonly ExpectedLine[] {
  const { query, range } = question;
  const world = { sample, question, range };
  const isCumulative = series.subject.kind === 'profiles' && series.subject.which === 'all';
  const from = isCumulative ? Number.NEGATIVE_INFINITY : range.from;
  const counted = subjectsOf(sample, series)
    .filter(({ at }) => at >= from && at < range.to)
    .filter((one) => holds(query.filter, one, world) && holds(series.filter, one, world));
  const bucketed = (rows: readonly Counted[]) =>
    edges.slice(0, -1).map((start, index) => {
      const end = Math.min(edges[index + 1] ?? 0, range.to);
      const first = isCumulative ? Number.NEGATIVE_INFINITY : start;
      return measure(
        series.measure,
        rows.filter(({ at }) => at >= first && at < end),
      );
    });
  const lineOf = (part: Part | null, rows: readonly Counted[]): ExpectedLine => ({
    part,
    values: bucketed(rows),
    total: measure(series.measure, rows),
  });
  const { breakdown } = query;
  if (breakdown === undefined) return [lineOf(null, counted)];

  const groups = groupBy(counted, (one) => labelOf(read(breakdown.attribute, one)));
  const ranked = [...groups]
    .map(([label, rows]) => ({ label, rows, value: measure(series.measure, rows) ?? Number.NEGATIVE_INFINITY }))
    .sort(
      (left, right) => right.value - left.value || Buffer.compare(Buffer.from(left.label), Buffer.from(right.label)),
    );
  const top = ranked.slice(0, breakdown.top);
  const rest = ranked.slice(breakdown.top).flatMap(({ rows }) => rows);
  return [
    ...top.map(({ label, rows }) => lineOf(partOf(label), rows)),
    ...(rest.length === 0 ? [] : [lineOf({ of: 'other' }, rest)]),
  ];
}

function subjectsOf({ events, users }: Sample, { subject }: Series): readonly Counted[] {
  const profileOf = (user: string) => users.get(user) ?? {};
  if (subject.kind === 'events') {
    return events
      .filter(({ event_name }) => subject.name === undefined || event_name === subject.name)
      .map((event) => ({
        user: event.user_id,
        at: event.at,
        event: event.attributes,
        profile: profileOf(event.user_id),
      }));
  }
  const names = new Set([...users.keys(), ...events.map((event) => event.user_id)]);
  return [...names].map((user) => ({
    user,
    at: Math.min(
      users.has(user) ? USER_CREATED : Number.POSITIVE_INFINITY,
      ...events.filter((event) => event.user_id === user).map(({ at }) => at),
    ),
    event: {},
    profile: profileOf(user),
  }));
}

/** When the sample's users are created. */
export const USER_CREATED = Date.parse('2025-12-24T12:00:00Z');

function read({ of, path, asNumber }: Attribute, one: Counted): unknown {
  let value: unknown = of === 'event' ? one.event : one.profile;
  for (const key of path) {
    value =
      typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, key)
        ? (value as Readonly<Record<string, unknown>>)[key]
        : undefined;
  }
  if (!asNumber || typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d{1,15}(\.\d{1,15})?$/.test(value) ? Number(value) : undefined;
}

interface World {
  readonly sample: Sample;
  readonly question: TrendQuestion;
  readonly range: Range;
}

function holds(filter: Filter | undefined, one: Counted, world: World): boolean {
  if (filter === undefined) return true;
  switch (filter.kind) {
    case 'and':
      return filter.parts.every((part) => holds(part, one, world));
    case 'or':
      return filter.parts.some((part) => holds(part, one, world));
    case 'not':
      return !holds(filter.part, one, world);
    case 'did': {
      const since = world.question.calendar.addTo(world.range.to, 'day', -filter.days);
      const done = world.sample.events.filter(
        (event) =>
          event.user_id === one.user &&
          event.event_name === filter.event &&
          event.at >= since &&
          event.at < world.range.to,
      );
      return done.length >= filter.times;
    }
    case 'is':
    case 'contains':
    case 'starts_with':
    case 'compare':
    case 'between':
    case 'is_set':
      return matches(filter, read(filter.attribute, one));
  }
}

function matches(condition: AttributeCondition, value: unknown): boolean {
  switch (condition.kind) {
    case 'is':
      return condition.values.some((wanted: Scalar) => wanted === value);
    case 'contains':
      return typeof value === 'string' && value.includes(condition.text);
    case 'starts_with':
      return typeof value === 'string' && value.startsWith(condition.text);
    case 'between':
      return typeof value === 'number' && value >= condition.from && value <= condition.to;
    case 'is_set':
      return value !== undefined && value !== null;
    case 'compare':
      if (typeof value !== 'number') return false;
      return {
        '>': value > condition.number,
        '>=': value >= condition.number,
        '<': value < condition.number,
        '<=': value <= condition.number,
      }[condition.by];
  }
}

function measure(of: Measure, rows: readonly Counted[]): number | null {
  switch (of.kind) {
    case 'events':
      return rows.length;
    case 'users':
      return new Set(rows.map(({ user }) => user)).size;
    case 'per_user':
      return statistic(
        of.statistic,
        [...groupBy(rows, ({ user }) => user).values()].map((mine) => mine.length),
      );
    case 'number':
      return statistic(
        of.statistic,
        rows.map((one) => read(of.attribute, one)).filter((value): value is number => typeof value === 'number'),
      );
    case 'distinct':
      return new Set(rows.map((one) => labelOf(read(of.attribute, one))).filter((label) => label !== '-')).size;
  }
}

function statistic(name: string, numbers: readonly number[]): number | null {
  const sorted = numbers.toSorted((left, right) => left - right);
  const sum = sorted.reduce((total, number) => total + number, 0);
  if (name === 'sum') return sum;
  if (sorted.length === 0) return null;
  const at = (share: number): number => {
    const position = share * (sorted.length - 1);
    const [low = 0, high = 0] = [sorted[Math.floor(position)], sorted[Math.ceil(position)]];
    return low + (high - low) * (position - Math.floor(position));
  };
  const statistics: Readonly<Record<string, () => number>> = {
    avg: () => sum / sorted.length,
    min: () => at(0),
    max: () => at(1),
    median: () => at(0.5),
    p90: () => at(0.9),
    p99: () => at(0.99),
  };
  return statistics[name]?.() ?? null;
}

function labelOf(value: unknown): string {
  if (value === undefined || value === null) return '-';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'object') return 'object';
  return typeof value === 'boolean' ? String(value) : `${typeof value === 'string' ? 's' : 'n'}${value}`;
}

function partOf(label: string): Part {
  if (label === '-') return { of: 'not_set' };
  if (label === 'list' || label === 'object') return { of: label };
  if (label === 'true' || label === 'false') return { of: 'value', value: label === 'true' };
  return { of: 'value', value: label.startsWith('n') ? Number(label.slice(1)) : label.slice(1) };
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
