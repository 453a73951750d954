import { describe, expect, it } from 'vitest';
import type { Picture } from '../../../../src/web/chart/picture.ts';
import { csvOf } from '../../../../src/web/explore/details/csv.ts';
import { aTrendAnswer, at } from '../../../builders.ts';
import { aLine } from '../lines.ts';

const starts = [at('2025-12-31T18:30:00Z'), at('2026-01-01T18:30:00Z')];
const aPicture = (lines: Picture['lines']): Picture => ({
  form: 'line',
  granularity: 'day',
  zone: 'Asia/Kolkata',
  range: { from: 0, to: 1 },
  comparedWith: undefined,
  starts: [at('2026-01-01T00:00:00Z'), at('2026-01-02T00:00:00Z')],
  partial: new Set([1]),
  lines,
});
const csv = (lines: Picture['lines']) => csvOf(aTrendAnswer({ starts }), aPicture(lines));

describe('the CSV of a result', () => {
  it('has every bucket, the values before, and the whole period', () => {
    const line = aLine([3, null], { name: 'purchase', total: 3, previous: { values: [1.5, 2], total: 3.5 } });

    expect(csv([line])).toBe(
      [
        'start_utc,day (Asia/Kolkata),partial,purchase,"purchase, before"',
        '2025-12-31T18:30:00.000Z,"Thu, 1 Jan 2026",,3,1.5',
        '2026-01-01T18:30:00.000Z,"Fri, 2 Jan 2026",yes,,2',
        ',whole period,,3,3.5',
        '',
      ].join('\r\n'),
    );
  });

  it('holds no formula, whatever an event is called, and quotes what needs it', () => {
    const names = ['=HYPERLINK("http://x")', '+1', '-1', '@x', 'a,b\n"c"'];
    const [head] = csv(names.map((name) => aLine([], { name }))).split('\r\n');

    expect(head?.split('partial,')[1]).toBe(`"'=HYPERLINK(""http://x"")",'+1,'-1,'@x,"a,b\n""c"""`);
  });

  it('keeps negative numbers', () => {
    expect(csv([aLine([-5, 0])])).toContain('2026",,-5\r\n');
  });
});
