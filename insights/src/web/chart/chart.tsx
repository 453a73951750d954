/**
 * The chart with its tooltip. Keyboards and screen readers use an invisible slider over the buckets, which is in the tab
 * order and moves the same cursor. The table below the chart has all the numbers.
 */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { nounFor } from '../words/nouns.ts';
import { formatValue } from '../words/numbers.ts';
import { formatBucket, formatDays } from '../words/times.ts';
import type { DrawnLine, Picture } from './picture.ts';
import type { Plot, Pointed } from './plot.ts';

/** The half of the page's script that only the chart needs loads beside the first answer. */
const library = import('./plot.ts');
/** Lines of a tooltip. More would cover the chart. */
const TOOLTIP_LINES_MAX = 10;

export function Chart({ picture }: { readonly picture: Picture }) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot>(undefined);
  const pointed = useSignal<Pointed | undefined>(undefined);
  useEffect(() => {
    let isGone = false;
    const draw = async (): Promise<void> => {
      const { createPlot } = await library;
      if (isGone || place.current === null) return;
      plot.current = createPlot(place.current, picture, (where) => {
        pointed.value = where;
      });
    };
    void draw();
    return () => {
      isGone = true;
      pointed.value = undefined;
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [picture, pointed]);

  const { starts, granularity, range, partial, lines } = picture;
  const index = pointed.value?.index ?? starts.length - 1;
  return (
    <figure class="card chart">
      <input
        class="unseen"
        type="range"
        min={0}
        max={starts.length - 1}
        value={index}
        aria-label={`${chartName(lines)} by ${granularity}, ${formatDays(range.from, range.to)}`}
        aria-valuetext={describe(picture, index)}
        onInput={(event) => plot.current?.point(Number(event.currentTarget.value))}
        onFocus={() => plot.current?.point(index)}
        onBlur={() => plot.current?.point(undefined)}
      />
      <div class="plot" ref={place} aria-hidden="true" />
      {pointed.value === undefined ? null : <Tooltip picture={picture} pointed={pointed.value} />}
      {partial.size > 0 ? (
        <figcaption>
          <span class={picture.form === 'bars' ? 'swatch' : 'dashes'} aria-hidden="true" /> Partial: still open, still
          loading, or cut off by the period
        </figcaption>
      ) : null}
    </figure>
  );
}

const chartName = (lines: readonly DrawnLine[]): string =>
  lines.length === 1 ? nounFor(lines[0]?.noun ?? { one: '', many: '' }, 2) : `${lines.length} lines`;

function Tooltip({ picture, pointed }: { readonly picture: Picture; readonly pointed: Pointed }) {
  const { granularity, partial } = picture;
  const { index, side, left } = pointed;
  const start = picture.starts[index];
  if (start === undefined) return null;
  const lines = greatestFirst(picture, index);
  return (
    <div class={`tooltip to-${side}`} style={{ left: `${left}px` }} aria-hidden="true">
      <span class="when">
        {formatBucket(start, granularity)}
        {partial.has(index) ? ', partial' : ''}
      </span>
      {lines.slice(0, TOOLTIP_LINES_MAX).map((line) => (
        <TooltipLine key={line.key} line={line} index={index} isAlone={lines.length === 1} />
      ))}
      {lines.length > TOOLTIP_LINES_MAX ? <span class="when">and {lines.length - TOOLTIP_LINES_MAX} more</span> : null}
    </div>
  );
}

interface TooltipLineProps {
  readonly line: DrawnLine;
  readonly index: number;
  readonly isAlone: boolean;
}

function TooltipLine({ line, index, isAlone }: TooltipLineProps) {
  const value = line.values[index] ?? null;
  return (
    <span class="line">
      {isAlone ? null : <i class={`color series-${line.color}`} />}
      <strong>{formatValue(value)}</strong> {isAlone ? nounFor(line.noun, value ?? 0) : line.name}
      {line.previous === null ? null : (
        <span class="before"> before {formatValue(line.previous.values[index] ?? null)}</span>
      )}
    </span>
  );
}

const greatestFirst = ({ lines }: Picture, index: number): readonly DrawnLine[] =>
  lines.toSorted((left, right) => (right.values[index] ?? 0) - (left.values[index] ?? 0));

function describe(picture: Picture, index: number): string {
  const start = picture.starts[index];
  if (start === undefined) return '';
  const isAlone = picture.lines.length === 1;
  const values = greatestFirst(picture, index)
    .slice(0, TOOLTIP_LINES_MAX)
    .map(({ values: all, noun, name }) => {
      const value = all[index] ?? null;
      return isAlone ? `${formatValue(value)} ${nounFor(noun, value ?? 0)}` : `${name} ${formatValue(value)}`;
    });
  const partial = picture.partial.has(index) ? ', partial' : '';
  return `${formatBucket(start, picture.granularity)}: ${values.join(', ')}${partial}`;
}
