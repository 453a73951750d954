/** The result of an import, as `--json` prints it. Pure. */
import type { Format } from '../read/mapping.ts';
import type { Reject } from '../read/outcome.ts';
import type { Notice } from './notices.ts';

export interface Summary {
  readonly file: string;
  readonly format: Format;
  /** `complete`: every line is decided. `interrupted`, `unreachable`: running the same command again continues. */
  readonly state: 'complete' | 'interrupted' | 'unreachable';
  /** Records read, without headers and blank lines. */
  readonly lines: number;
  /** Handed to the SDK. */
  readonly sent: number;
  /** Acknowledged by the API. */
  readonly accepted: number;
  /** Rejected by this command, the SDK or the API, each with its reason in `rejected_file`. */
  readonly rejected: number;
  /** In the journal, without a response yet. */
  readonly pending: number;
  readonly seconds: number;
  readonly events_per_second: number;
  readonly rejected_file: string | null;
  /** The first rejects. */
  readonly rejects: readonly Reject[];
  /** What was left out or changed without a reject. Empty: nothing. */
  readonly notices: readonly Notice[];
}

export interface Counts {
  readonly sent: number;
  readonly pending: number;
  /** Rejected after the SDK took them, by the SDK or the API. They are part of `sent`. */
  readonly dropped: number;
  readonly milliseconds: number;
}

export function outcomeOf(counts: Counts): Pick<Summary, 'accepted' | 'seconds' | 'events_per_second'> {
  const accepted = Math.max(0, counts.sent - counts.pending - counts.dropped);
  const seconds = counts.milliseconds / 1_000;
  return {
    accepted,
    seconds: Number(seconds.toFixed(2)),
    events_per_second: seconds === 0 ? 0 : Math.round(accepted / seconds),
  };
}
