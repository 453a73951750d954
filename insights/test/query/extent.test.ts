import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileExtent, extentOf } from '../../src/query/extent.ts';
import { at } from '../builders.ts';

describe('the extent', () => {
  it('is of one event, or of all', () => {
    expect([compileExtent('purchase').text, compileExtent(undefined).text]).toMatchInlineSnapshot(`
      [
        "SELECT MIN(quarter_hour) AS first_quarter,
             MAX(quarter_hour) AS last_quarter
      FROM dataloaf.event_rollup
      WHERE event_name = :event",
        "SELECT MIN(quarter_hour) AS first_quarter,
             MAX(quarter_hour) AS last_quarter
      FROM dataloaf.event_rollup",
      ]
    `);
  });

  it('has the same SQL text whatever the event is called', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (event) => {
        expect(compileExtent(event).text).toBe(compileExtent('purchase').text);
      }),
      { seed: 20261122 },
    );
  });

  it('reaches to the end of the last quarter of an hour with events', () => {
    const rows = [{ first_quarter: '2026-11-01 08:15:00', last_quarter: '2026-11-03 19:45:00' }];

    expect(extentOf(rows)).toEqual({ from: at('2026-11-01T08:15:00Z'), to: at('2026-11-03T20:00:00Z') });
  });

  it('is undefined when there are no events', () => {
    expect(extentOf([{ first_quarter: null, last_quarter: null }])).toBeUndefined();
  });
});
