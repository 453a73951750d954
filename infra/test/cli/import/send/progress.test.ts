import { describe, expect, it } from 'vitest';
import { type ProgressState, renderBar, renderProgress, shareOf } from '../../../../src/cli/import/send/progress.ts';

const aState = (changes: Partial<ProgressState> = {}): ProgressState => ({
  bytesRead: 50,
  bytes: 100,
  sent: 10,
  pending: 0,
  rejected: 0,
  ...changes,
});

describe('the progress of an import', () => {
  it('is the share that was read, less the events that wait for a response', () => {
    expect(shareOf(aState())).toBe(0.5);
    expect(shareOf(aState({ bytesRead: 100, pending: 5 }))).toBe(0.5);
    expect(shareOf(aState({ bytesRead: 100 }))).toBe(1);
    expect(shareOf(aState({ bytesRead: 0, bytes: 0, sent: 0 }))).toBe(0);
  });

  it('fills the bar by that share', () => {
    expect(renderBar(aState())).toBe(`${'█'.repeat(10)}${'░'.repeat(10)}`);
  });

  it('shows acknowledged events, rejects and speed', () => {
    expect(renderProgress(aState({ sent: 2_000, pending: 1_000, rejected: 3 }), 500)).toBe(
      '25 %, 1,000 of 2,000 acknowledged, 3 rejected, 2,000/s',
    );
  });
});
