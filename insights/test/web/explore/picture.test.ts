import { describe, expect, it } from 'vitest';
import type { Line } from '../../../src/query/answer/trend.ts';
import { boundsOf, lonely } from '../../../src/web/chart/picture.ts';
import { pictureOf } from '../../../src/web/explore/picture.ts';
import { aTrendAnswer, at } from '../../builders.ts';
import { aLine } from './lines.ts';

const line = (part: Line['part'], values: readonly (number | null)[]): Line => ({
  part,
  values,
  total: null,
  previous: null,
});

describe('the picture of an answer', () => {
  it('names lines by their series and part, and begins the colors again after eight', () => {
    const parts = Array.from({ length: 8 }, (_, value) => line({ of: 'value', value }, [value]));
    const answer = aTrendAnswer({
      query: 'event=purchase&b.measure=users&breakdown=event.a',
      series: [
        { id: 'A', lines: [...parts, line({ of: 'other' }, [1])] },
        { id: 'B', lines: [line({ of: 'not_set' }, [1])] },
      ],
    });

    const drawn = pictureOf(answer).lines.map(({ name, color }) => [name, color]);

    expect(drawn.slice(7)).toEqual([
      ['A purchase · a 7', 7],
      ['A purchase · Other', 0],
      ['B All events: unique users · (not set)', 1],
    ]);
  });

  it('has bars for one line, and lines for several or for a comparison', () => {
    const one = [{ id: 'A', lines: [line(null, [1])] }];
    const formOf = (query: string, series = one) => pictureOf(aTrendAnswer({ query, series })).form;

    expect([formOf(''), formOf('compare=year'), formOf('', [...one, ...one]), formOf('chart=area')]).toEqual([
      'bars',
      'line',
      'line',
      'area',
    ]);
  });

  it('has its times in the zone of the question', () => {
    const answer = aTrendAnswer({ query: 'zone=Asia/Kolkata', starts: [at('2025-12-31T18:30:00Z')] });

    expect(pictureOf(answer).starts).toEqual([at('2026-01-01T00:00:00Z')]);
  });

  it('reaches from the least value to the greatest, those of the range before too', () => {
    const lines = [aLine([3, null, -1]), aLine([2], { previous: { values: [9], total: 9 } })];

    expect(boundsOf(lines)).toEqual({ min: -1, max: 9 });
  });
});

it('a value without a neighbor is drawn as a point, because no line leads to it', () => {
  expect(lonely([5, null, 3, 4, null, undefined, 7])).toEqual([0, 6]);
  expect(lonely([null, 2])).toEqual([1]);
  expect(lonely([1, 2, 3])).toEqual([]);
});
