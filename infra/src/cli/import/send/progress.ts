/** The progress of an import: on a terminal a bar that is redrawn, otherwise a line every few seconds. */

import { formatCount } from '../../format.ts';
import type { Printer } from '../../printer.ts';

export interface ProgressState {
  readonly bytesRead: number;
  readonly bytes: number;
  readonly sent: number;
  readonly pending: number;
  readonly rejected: number;
}

const DRAW_MS = 100;
const LINE_MS = 3_000;
const BAR_WIDTH = 20;

/** @returns a function that stops it */
export function startProgress(printer: Printer, read: () => ProgressState): () => void {
  const startedAt = Date.now();
  const text = (): string => renderProgress(read(), Date.now() - startedAt);
  if (!printer.isInteractive) {
    const timer = setInterval(() => printer.note(text()), LINE_MS);
    return () => clearInterval(timer);
  }
  const draw = (): void => printer.redraw(`${renderBar(read())} ${text()}`.slice(0, printer.columns - 1));
  const timer = setInterval(draw, DRAW_MS);
  return () => {
    clearInterval(timer);
    printer.redraw('');
  };
}

/** The finished share of the work, 0 to 1: the share that was read, less the events that wait for a response. */
export function shareOf({ bytesRead, bytes, sent, pending }: ProgressState): number {
  const read = bytes === 0 ? 1 : bytesRead / bytes;
  return sent === 0 ? 0 : Math.min(1, read * ((sent - pending) / sent));
}

export function renderBar(state: ProgressState): string {
  const full = Math.round(shareOf(state) * BAR_WIDTH);
  return `${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)}`;
}

export function renderProgress(state: ProgressState, elapsedMs: number): string {
  const settled = state.sent - state.pending;
  const rate = elapsedMs === 0 ? 0 : Math.round((settled / elapsedMs) * 1_000);
  const rejected = state.rejected === 0 ? '' : `, ${formatCount(state.rejected)} rejected`;
  const percent = Math.floor(shareOf(state) * 100);
  return `${percent} %, ${formatCount(settled)} of ${formatCount(state.sent)} acknowledged${rejected}, ${formatCount(rate)}/s`;
}
