/** The lines with their totals. A click hides a line in the chart, and shows it again; the table keeps all of them. */
import type { DrawnLine } from '../chart/picture.ts';
import { formatValue } from '../words/numbers.ts';

interface LegendProps {
  readonly lines: readonly DrawnLine[];
  readonly hidden: ReadonlySet<string>;
  readonly toggle: (key: string) => void;
}

export function Legend({ lines, hidden, toggle }: LegendProps) {
  return (
    <fieldset class="legend">
      <legend class="unseen">Lines of the chart</legend>
      {lines.map((line) => (
        <button key={line.key} type="button" aria-pressed={!hidden.has(line.key)} onClick={() => toggle(line.key)}>
          <i class={`color series-${line.color}`} aria-hidden="true" />
          <span class="name">{line.name}</span> <span class="count">{formatValue(line.total)}</span>
        </button>
      ))}
    </fieldset>
  );
}
