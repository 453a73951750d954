import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../../../../src/cli/import/send/summary.ts';

describe('the summary of an import', () => {
  it('counts as accepted the sent events, less the pending ones and those rejected after the SDK took them', () => {
    const counts = { sent: 90, pending: 5, dropped: 3, milliseconds: 2_000 };

    expect(outcomeOf(counts)).toEqual({ accepted: 82, seconds: 2, events_per_second: 41 });
  });
});
