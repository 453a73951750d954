/** The status of a stack, as text and as one line of JSON. Pure. */
import type { OutputFormat } from '../flags.ts';
import { formatCount } from '../format.ts';
import type { Palette, Rendering } from '../printer.ts';
import { attentionOf, type RunningStatus, type StackStatus } from './stack-status.ts';

const SHOWN_PARKED_MAX = 20;

export const renderStatus = (status: StackStatus, output: OutputFormat, colors: Palette): Rendering => ({
  lines: output === 'json' ? [JSON.stringify(status)] : statusAsText(status, colors),
  notes: [],
});

function statusAsText(status: StackStatus, colors: Palette): readonly string[] {
  const points = attentionOf(status).map((point) => `${colors.red('!')} ${point}`);
  if (!status.running) return [`${colors.bold('not running')}  ${status.dir}`, ...points];
  const parked = status.parked
    .slice(0, SHOWN_PARKED_MAX)
    .map(({ object_uri, reason }) => `  parked ${object_uri}: ${reason}`);
  return [`${colors.green('running')}  ${colors.bold(status.dir)}`, ...rows(status), ...parked, ...points];
}

function rows(status: RunningStatus): readonly string[] {
  const row = (label: string, value: string): string => `  ${label.padEnd(14)}${value}`;
  const { last_load: load } = status;
  return [
    row('api', status.api),
    row('insights', status.insights),
    row('loaded up to', freshness(status)),
    row(
      'last load',
      load === null
        ? 'none yet'
        : `${load.loaded_at}: events ${formatCount(load.staged_events)} staged, ${formatCount(load.new_events)} new, ` +
            `${formatCount(load.conflicts)} conflicts; operations ${formatCount(load.staged_ops)} staged, ${formatCount(load.new_ops)} new`,
    ),
    ...(status.late_objects === 0 ? [] : [row('late objects', lateness(status.late_objects))]),
    row('events', countOr(status.events)),
    row('users', countOr(status.users)),
    row('in Firehose', status.pending_bytes === null ? 'unknown' : `${formatCount(status.pending_bytes)} bytes`),
  ];
}

const lateness = (count: number): string =>
  `${formatCount(count)} found by the daily full listing, under hours long past`;

const countOr = (count: number | null): string => (count === null ? 'unknown' : formatCount(count));

function freshness({ loaded_up_to: to, age_seconds: age }: RunningStatus): string {
  if (to === null || age === null) return 'nothing yet';
  return `${to} (${age < 120 ? `${age} s` : `${Math.round(age / 60)} min`} ago)`;
}
