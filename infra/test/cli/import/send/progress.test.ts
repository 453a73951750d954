import { describe, expect, it } from 'vitest';
import { type ProgressState, renderBar, renderProgress, shareOf } from '../../../../src/cli/import/send/progress.ts';
import { outcomeOf } from '../../../../src/cli/import/send/summary.ts';

const aState = (changes: Partial<ProgressState> = {}): ProgressState => ({
  bytesRead: 50,
  bytes: 100,
  sent: 10,
  pending: 0,
  rejected: 0,
  ...changes,
});

describe('the progress of an import', () => {
  it('is what was read, less what waits for its answer', () => {
    expect(shareOf(aState())).toBe(0.5);
    expect(shareOf(aState({ bytesRead: 100, pending: 5 }))).toBe(0.5);
    expect(shareOf(aState({ bytesRead: 100 }))).toBe(1);
    expect(shareOf(aState({ bytesRead: 0, bytes: 0, sent: 0 }))).toBe(0);
  });

  it('fills the bar by that share', () => {
    expect(renderBar(aState())).toBe(`${'█'.repeat(10)}${'░'.repeat(10)}`);
  });

  it('tells answered events, rejects and speed', () => {
    expect(renderProgress(aState({ sent: 2_000, pending: 1_000, rejected: 3 }), 500)).toBe(
      '25 %, 1,000 of 2,000 answered, 3 rejected, 2,000/s',
    );
  });
});

describe('the summary of an import', () => {
  it('counts as accepted what was sent, less what waits and what was refused behind the SDK', () => {
    const counts = { lines: 100, sent: 90, pending: 5, rejected: 13, dropped: 3, milliseconds: 2_000 };

    expect(outcomeOf(counts)).toEqual({ accepted: 82, seconds: 2, events_per_second: 41 });
  });
});
