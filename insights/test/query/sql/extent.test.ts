import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileExtent, extentOf } from '../../../src/query/sql/extent.ts';
import { at } from '../../builders.ts';

const events = (name: string | undefined) => ({ kind: 'events' as const, name });

describe('the extent', () => {
  it('is of one event, or of all', () => {
    expect([compileExtent(events('purchase')).text, compileExtent(events(undefined)).text]).toMatchInlineSnapshot(`
      [
        "SELECT MIN(quarter_hour) AS first_at,
             MAX(quarter_hour) AS last_at
      FROM dataloaf.event_rollup
      WHERE event_name = :p1",
        "SELECT MIN(quarter_hour) AS first_at,
             MAX(quarter_hour) AS last_at
      FROM dataloaf.event_rollup",
      ]
    `);
  });

  it('has the same SQL text whatever the event is called', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (event) => {
        expect(compileExtent(events(event)).text).toBe(compileExtent(events('purchase')).text);
      }),
      { seed: 20261122 },
    );
  });

  it('reaches to the end of the last quarter of an hour with events', () => {
    const rows = [{ first_at: '2026-11-01 08:15:00', last_at: '2026-11-03 19:45:00' }];

    expect(extentOf(rows)).toEqual({ from: at('2026-11-01T08:15:00Z'), to: at('2026-11-03T20:00:00Z') });
  });

  it('of profiles is in whole quarters of an hour too', () => {
    const rows = [{ first_at: '2026-11-01 08:15:01.5', last_at: '2026-11-03 19:59:59' }];

    expect(extentOf(rows)).toEqual({ from: at('2026-11-01T08:15:00Z'), to: at('2026-11-03T20:00:00Z') });
  });

  it('is undefined when there are no events', () => {
    expect(extentOf([{ first_at: null, last_at: null }])).toBeUndefined();
  });
});
