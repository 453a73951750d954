import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TrendQuery } from '../../../src/query/model/trend.ts';
import { formatTrend, parseTrend } from '../../../src/query/url/trend.ts';
import { aTrend } from '../../builders.ts';
import { trend } from '../tools/queries.ts';

const parsed = (search: string): TrendQuery => {
  const result = parseTrend(search);
  if (!result.ok) throw new TypeError(result.reason);
  return result.value;
};

describe('the URL of a trend', () => {
  it('parses back to the same query, whatever was asked', () => {
    fc.assert(
      fc.property(trend, (asked) => {
        expect(parseTrend(formatTrend(asked))).toEqual({ ok: true, value: asked });
      }),
      { seed: 20261122, numRuns: 500 },
    );
  });

  it('keeps any name of an event', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
      .filter((text) => !text.includes('\0') && Buffer.byteLength(text) <= 256);

    fc.assert(
      fc.property(name, (event) => {
        expect(parsed(`event=${encodeURIComponent(event)}`).series[0].subject).toEqual({ kind: 'events', name: event });
      }),
      { seed: 20261122 },
    );
  });

  it('is empty for the default', () => {
    expect(formatTrend(aTrend())).toBe('');
  });

  it.each([
    'event=item+bought&measure=users&period=2021-01-03..2021-03-09&by=week',
    'event=purchase&measure=sum(event.total)&b.event=signup&b.measure=events&period=90d&formula=A+/+B',
    'profiles=new&measure=avg(user.age)&period=12m&zone=Europe/Paris&week=sunday',
    'where=event.country+is+DE,+FR+and+not+(user.plan+is+set+or+event.total+>=+10)',
    'event=purchase&a.where=did+signup+at+least+2+times+in+30+days&breakdown=event."plan+tier"&top=5&compare=year',
    'measure=median_per_user&period=all&chart=line',
  ])('%s is readable enough to write by hand, and stays the same', (search) => {
    expect(decodeURIComponent(formatTrend(parsed(search)))).toBe(search);
  });

  it('of the first version keeps its meaning', () => {
    expect(parsed('?event=purchase&period=30d&by=day&measure=users')).toEqual(
      aTrend({
        series: [{ subject: { kind: 'events', name: 'purchase' }, measure: { kind: 'users' }, filter: undefined }],
        period: { kind: 'last', span: { count: 30, unit: 'day' } },
        granularity: 'day',
      }),
    );
  });
});

describe('an invalid query string', () => {
  it.each([
    ['perod=7d', /^Expected only the keys event, profiles, measure, a.where, .*, got "perod"\.$/],
    ['period=7d&period=30d', 'Expected "period" once, got it more than once.'],
    ['event=', 'Expected an event name after "event=", got nothing. Omit "event" to count all events.'],
    [`event=${'ü'.repeat(129)}`, 'Expected an event name of at most 256 bytes.'],
    ['event=a%00b', 'Expected an event name without NUL.'],
    ['by=minute', 'Expected "by" to be one of hour, day, week, month, year.'],
    ['measure=sum', 'In "measure": Expected "(", got the end.'],
    ['measure=mean(event.total)', /^In "measure": Expected events, users, avg_per_user, .* got "mean"\.$/],
    ['measure=sum(total)', 'In "measure": Expected an attribute such as event.total or user.plan, got "total".'],
    ['period=2026-02-30..2026-03-01', /^Expected "period" to be a span/],
    ['period=2026-01-01', /^Expected "period" to be a span/],
    ['period=0d', /^Expected "period" to be a span/],
    ['period=2026-01-02..2026-01-01', 'Expected the first day of "period" to be on or before the last day.'],
    ['zone=Mars/Olympus', 'Expected "zone" to be the name of a time zone, such as Europe/Paris.'],
    ["zone=UTC'; DROP TABLE x", 'Expected "zone" to be the name of a time zone, such as Europe/Paris.'],
    ['zone=%2B05:30', 'Expected "zone" to be the name of a time zone, such as Europe/Paris.'],
    ['top=5', 'Expected "breakdown" beside "top".'],
    ['breakdown=event.a&top=0', 'Expected "top" to be a whole number from 1 to 25.'],
    ['c.event=x', 'Expected the series b (b.event, b.measure) before c.event.'],
    ['profiles=all&event=x', 'Expected an event or "profiles", got both.'],
    ['profiles=new&measure=events', /^Expected "measure" of profiles to be users/],
    ['profiles=all&measure=avg(user.age)', /^Expected "measure" of all profiles to be users/],
    ['profiles=new&a.where=event.a is 1', 'Expected only attributes of users for profiles, got one of events.'],
    ['profiles=new&breakdown=event.a', /^Expected only attributes of users in "where" and "breakdown"/],
    ['formula=A+B', 'In "formula": Expected a number, "(" or one of the series A, got "B".'],
    ['formula=A**2', 'In "formula": Expected a number, "(" or one of the series A, got "*".'],
    [`formula=${'('.repeat(50)}A`, 'In "formula": Expected at most 10 levels of parentheses, got "(".'],
    ['where=event.a', /^In "where": Expected is, is not, is set, contains/],
    ['where=event.a is', 'In "where": Expected a value: text in quotes, a number, true or false, got the end.'],
    ['where=event.a is "x', 'In "where": Expected a word, a number or "text", got "\\"x".'],
    ['where=event.a is 1 2', 'In "where": Expected the end, got "2".'],
    ['where=event.a is 1e999', 'In "where": Expected a number that fits, got "1e999".'],
    ['where=event.a is "\\u0000"', 'In "where": Expected text without NUL or half a character.'],
    ['where=event.a contains ""', 'In "where": Expected text that is not empty before this, got the end.'],
    ['where=number(event.a) is "5"', /^In "where": Expected numbers to compare number/],
    ['where=event is 1', 'In "where": Expected 1 to 5 names after "event.", got "is".'],
    [`where=event.${'a'.repeat(128)} is 1`, 'In "where": Expected a name of 1 to 127 bytes before this, got "is".'],
    [`where=event.a.b.c.d.e.f is 1`, 'In "where": Expected 1 to 5 names after "event.", got "is".'],
    [
      `where=${'not '.repeat(7)}event.a is 1`,
      'In "where": Expected at most 5 levels of parentheses and not, got "not".',
    ],
    [
      `where=${Array.from({ length: 21 }, () => 'event.a is 1').join(' and ')}`,
      'Expected at most 20 conditions in "where".',
    ],
    [
      `where=event.a is ${Array.from({ length: 51 }, (_, index) => index).join(', ')}`,
      'In "where": Expected at most 50 values in a list, got the end.',
    ],
    ['where=did "" in 3 days', 'In "where": Expected the name of an event before this, got "in".'],
    ['where=did x in 0 days', 'In "where": Expected a whole number from 1 to 761, got "0".'],
    [`event=${'a'.repeat(8_000)}`, 'Expected a query string of at most 7500 characters.'],
  ])('%s is refused with a reason', (search, reason) => {
    expect(parseTrend(search.replaceAll('+', '%2B'))).toEqual({
      ok: false,
      reason: typeof reason === 'string' ? reason : expect.stringMatching(reason),
    });
  });
});
