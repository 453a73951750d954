import { describe, expect, it } from 'vitest';
import { EVENT_NAMES } from '../../../src/query/answer/event-names.ts';

describe('the names of events', () => {
  it('are read with one more than is listed', () => {
    expect(EVENT_NAMES.text).toMatchInlineSnapshot(`
      "SELECT event_name,
             SUM(events) AS events
      FROM dataloaf.event_rollup
      GROUP BY event_name
      ORDER BY events DESC, event_name
      LIMIT 201"
    `);
  });
});
