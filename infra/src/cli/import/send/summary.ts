/** What an import did, for people and as one line of JSON. */
import type { Palette } from '../../printer.ts';
import type { Format } from '../read/mapping.ts';
import type { Reject } from '../read/outcome.ts';

export interface Summary {
  readonly file: string;
  readonly format: Format;
  /** `complete`: every line is decided. `interrupted`, `unreachable`: running the same command again continues. */
  readonly state: 'complete' | 'interrupted' | 'unreachable';
  /** Records read; header and blank lines do not count. */
  readonly lines: number;
  /** Handed to the SDK. */
  readonly sent: number;
  /** Acknowledged by the API. */
  readonly accepted: number;
  /** Not an event (here or by the judgement of the API), each with its reason in `rejected_file`. */
  readonly rejected: number;
  /** Kept in the journal, without an answer yet. */
  readonly pending: number;
  readonly seconds: number;
  readonly events_per_second: number;
  readonly rejected_file: string | null;
  /** The first rejects. */
  readonly rejects: readonly Reject[];
}

export interface Counts {
  readonly lines: number;
  readonly sent: number;
  readonly pending: number;
  readonly rejected: number;
  /** Of the rejected: refused behind the SDK, so that they are part of `sent`. */
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

const NUMBER = new Intl.NumberFormat('en-US');
export const formatCount = (count: number): string => NUMBER.format(count);

const HEADINGS: Readonly<Record<Summary['state'], string>> = {
  complete: 'Imported',
  interrupted: 'Interrupted in',
  unreachable: 'Not finished with',
};

export function renderSummary(summary: Summary, colors: Palette): readonly string[] {
  const count = (label: string, value: number, paint = (text: string) => text): string =>
    `  ${label.padEnd(9)}${paint(formatCount(value).padStart(12))}`;
  const lines = [
    colors.bold(`${HEADINGS[summary.state]} ${summary.file}`),
    count('lines', summary.lines),
    count('sent', summary.sent),
    count('accepted', summary.accepted, colors.green),
    count('rejected', summary.rejected, summary.rejected > 0 ? colors.red : colors.dim),
  ];
  if (summary.pending > 0) lines.push(count('pending', summary.pending, colors.yellow));
  lines.push(`  ${summary.seconds.toFixed(1)} s, ${formatCount(summary.events_per_second)} events/s`);
  return summary.rejected > 0 ? [...lines, ...renderRejects(summary, colors)] : lines;
}

function renderRejects(summary: Summary, colors: Palette): readonly string[] {
  const shown = summary.rejects.map(({ line, code, message, id }) => {
    const place = line === null ? `id ${id ?? 'unknown'}` : `line ${line}`;
    return `  ${place}: ${message} ${colors.dim(`(${code})`)}`;
  });
  const more = summary.rejected - shown.length;
  const all = more > 0 ? `${formatCount(more)} more, all of them in` : 'Also in';
  return ['Rejected:', ...shown, `  ${all} ${summary.rejected_file ?? 'no file'}`];
}
