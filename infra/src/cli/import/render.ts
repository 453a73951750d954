/** The result of an import, as text and as one line of JSON. Pure. */
import type { OutputFormat } from '../flags.ts';
import { formatCount } from '../format.ts';
import type { Palette, Rendering } from '../printer.ts';
import type { DryRunResult, ImportResult } from './run.ts';
import type { Notice } from './send/notices.ts';
import type { Summary } from './send/summary.ts';

export function renderImport(result: ImportResult, output: OutputFormat, colors: Palette): Rendering {
  if (result.state === 'dry_run') return output === 'json' ? dryRunAsJson(result) : dryRunAsText(result);
  const notes =
    result.state === 'interrupted' ? ['Run the same command again to continue; nothing is added twice.'] : [];
  return { lines: output === 'json' ? [JSON.stringify(result)] : summaryAsText(result, colors), notes };
}

const dryRunAsJson = ({ file, format, events, rejects, notices }: DryRunResult): Rendering => ({
  lines: [JSON.stringify({ dry_run: true, file, format, events, rejects, notices })],
  notes: [],
});

const dryRunAsText = ({ events, rejects, notices }: DryRunResult): Rendering => ({
  lines: events.map((event) => JSON.stringify(event)),
  notes: [
    ...rejects.map(({ line, message }) => `line ${line}: ${message}`),
    ...notices.map(noticeAsText),
    `Dry run: nothing was sent. Events shown: ${events.length}.`,
  ],
});

const HEADINGS: Readonly<Record<Summary['state'], string>> = {
  complete: 'Imported',
  interrupted: 'Interrupted import of',
  unreachable: 'Unfinished import of',
};

function summaryAsText(summary: Summary, colors: Palette): readonly string[] {
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
  if (summary.notices.length > 0) lines.push('Left out or changed:', ...summary.notices.map(noticeAsText));
  return summary.rejected > 0 ? [...lines, ...rejectsAsText(summary, colors)] : lines;
}

function noticeAsText({ code, count, message, lines }: Notice): string {
  const more = count > lines.length ? ' ...' : '';
  return `  ${formatCount(count)}: ${message} Line${lines.length === 1 ? '' : 's'} ${lines.join(', ')}${more} (${code})`;
}

function rejectsAsText(summary: Summary, colors: Palette): readonly string[] {
  const shown = summary.rejects.map(({ line, code, message, id }) => {
    const place = line === null ? `id ${id ?? 'unknown'}` : `line ${line}`;
    return `  ${place}: ${message} ${colors.dim(`(${code})`)}`;
  });
  const more = summary.rejected - shown.length;
  const all = more > 0 ? `${formatCount(more)} more, all of them in` : 'Also listed in';
  return ['Rejected:', ...shown, `  ${all} ${summary.rejected_file ?? 'no file'}`];
}
