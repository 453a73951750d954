import { describe, expect, it } from 'vitest';
import { parseTrend } from '../../../src/query/url/trend.ts';
import { sentencesOf } from '../../../src/web/words/sentence.ts';

const sentences = (search: string): readonly string[] => {
  const parsed = parseTrend(search);
  if (!parsed.ok) throw new TypeError(parsed.reason);
  return sentencesOf(parsed.value);
};

describe('how a question is counted, in words', () => {
  it('of the default is short', () => {
    expect(sentences('')).toEqual(['Events – All events.', 'Recent, by a fitting width, in the time of UTC.']);
  });

  it('names everything that was asked', () => {
    const search =
      'event=purchase&measure=sum(event.total)&b.profiles=new&where=user.plan is pro&period=30d&by=day' +
      '&zone=Europe/Paris&breakdown=user.country&top=3&compare=year&formula=A / B';

    expect(sentences(search)).toEqual([
      'A: Sum of total – purchase.',
      'B: Unique users – New profiles.',
      'All of it where user.plan is pro.',
      'Last 30 days, by day, in the time of Europe/Paris.',
      'For each country of the user: the 3 greatest in the whole period, the rest as Other.',
      'Beside the same dates a year before.',
      'And A / B, for each bucket and for the whole period.',
    ]);
  });
});
