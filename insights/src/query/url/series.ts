/**
 * The URL form of the series. The keys of A have no prefix: `event=purchase&measure=users`. Those of B to E have one:
 * `b.event=signup&b.measure=events`. `a.where` filters one series, `where` all of them.
 */
import { attributesIn } from '../model/filter.ts';
import { SERIES_MAX } from '../model/limits.ts';
import { attributeOf, type Measure } from '../model/measure.ts';
import { ALL_EVENTS, type Series, type Subject, seriesId } from '../model/trend.ts';
import { formatFilter, parseFilter } from './filter.ts';
import { formatMeasure, parseMeasure } from './measure.ts';
import { accept, all, optional, type Parsed, parseChoice, parseEvent, refuse } from './params.ts';

const FIELDS = ['event', 'profiles', 'measure', 'where'] as const;
type Field = (typeof FIELDS)[number];
const WHICH = ['all', 'new'] as const;

/** `where` without a prefix is for all series, so that of A has its prefix. */
const keyOf = (index: number, field: Field): string =>
  index === 0 && field !== 'where' ? field : `${seriesId(index).toLowerCase()}.${field}`;

export const SERIES_KEYS: readonly string[] = Array.from({ length: SERIES_MAX }, (_, index) =>
  FIELDS.map((field) => keyOf(index, field)),
).flat();

export function parseSeries(params: URLSearchParams): Parsed<readonly [Series, ...Series[]]> {
  const first = parseOne(params, 0);
  if (!first.ok) return first;
  const series: [Series, ...Series[]] = [first.value];
  for (let index = 1; index < SERIES_MAX; index += 1) {
    if (!FIELDS.some((field) => params.has(keyOf(index, field)))) continue;
    if (series.length < index) {
      const missing = seriesId(series.length).toLowerCase();
      return refuse(
        `Expected the series ${missing} (${missing}.event, ${missing}.measure) before ${keyOf(index, 'event')}.`,
      );
    }
    const parsed = parseOne(params, index);
    if (!parsed.ok) return parsed;
    series.push(parsed.value);
  }
  return accept(series);
}

function parseOne(params: URLSearchParams, index: number): Parsed<Series> {
  const text = (field: Field): string | null => params.get(keyOf(index, field));
  const parsed = all({
    subject: parseSubject(text('event'), text('profiles'), keyOf(index, 'profiles')),
    measure: optional(text('measure'), (measure) => parseMeasure(keyOf(index, 'measure'), measure), undefined),
    filter: optional(text('where'), (where) => parseFilter(keyOf(index, 'where'), where), undefined),
  });
  if (!parsed.ok) return parsed;
  const { subject, measure, filter } = parsed.value;
  return assertFits({ subject, measure: measure ?? defaultMeasure(subject), filter }, index);
}

const defaultMeasure = (subject: Subject): Measure =>
  subject.kind === 'events' ? ALL_EVENTS.measure : { kind: 'users' };

function parseSubject(event: string | null, profiles: string | null, profilesKey: string): Parsed<Subject> {
  if (profiles === null) {
    const name = optional(event, parseEvent, undefined);
    return name.ok ? accept({ kind: 'events', name: name.value }) : name;
  }
  if (event !== null) return refuse(`Expected an event or "${profilesKey}", got both.`);
  const which = parseChoice(profilesKey, profiles, WHICH);
  return which.ok ? accept({ kind: 'profiles', which: which.value }) : which;
}

/** What a user has no part of cannot be asked of users. */
function assertFits(series: Series, index: number): Parsed<Series> {
  const { subject, measure, filter } = series;
  if (subject.kind === 'events') return accept(series);
  const key = keyOf(index, 'measure');
  if (measure.kind === 'events' || measure.kind === 'per_user') {
    return refuse(`Expected "${key}" of profiles to be users, or a function of an attribute such as avg(user.age).`);
  }
  if (subject.which === 'all' && measure.kind !== 'users') {
    return refuse(`Expected "${key}" of all profiles to be users. Attributes are computed for profiles=new.`);
  }
  const isOfEvents = [attributeOf(measure), ...attributesIn(filter)].some((attribute) => attribute?.of === 'event');
  return isOfEvents ? refuse('Expected only attributes of users for profiles, got one of events.') : accept(series);
}

export function formatSeries(params: URLSearchParams, series: readonly Series[]): void {
  for (const [index, { subject, measure, filter }] of series.entries()) {
    const set = (field: Field, value: string): void => params.set(keyOf(index, field), value);
    if (subject.kind === 'profiles') set('profiles', subject.which);
    else if (subject.name !== undefined) set('event', subject.name);
    // Of B to E always, because a series without any key would not be there.
    if (index > 0 || measure.kind !== defaultMeasure(subject).kind) set('measure', formatMeasure(measure));
    if (filter !== undefined) set('where', formatFilter(filter));
  }
}
