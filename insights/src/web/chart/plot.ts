/**
 * uPlot as a chart of bars, lines or areas. The buckets are at 0, 1, 2... on the x scale, not on a time scale: months differ
 * in length, and uPlot's own time labels are wrong for viewers whose zone has a daylight-saving change. A canvas ignores CSS
 * variables, so a change of the color scheme redraws it.
 */
import uPlot from 'uplot';
import { formatAxis } from '../words/numbers.ts';
import { tickIndexes, tickLabels, valueTicks } from './axis.ts';
import { boundsOf, type DrawnLine, lonely, type Picture } from './picture.ts';

export interface Pointed {
  readonly index: number;
  /** The edge of the bucket on the roomier side, in CSS pixels from the left edge of the chart. */
  readonly left: number;
  /** The side of the bucket with more room. */
  readonly side: 'left' | 'right';
}

export interface Plot {
  /** Moves the cursor to a bucket, or hides it. */
  point(index: number | undefined): void;
  destroy(): void;
}

const HEIGHT = 300;
const FONT = '12px system-ui, sans-serif';
/** Width of one label below the axis, and of half of it, which the last label may stick out by. */
const LABEL_PX = 58;
const LABEL_HALF_PX = 24;
/** Approximate width of the value axis: the width of the plot itself is not known yet when the labels are placed. */
const AXIS_PX = 60;
/** The part of a bucket that its bars fill. */
const BARS_WIDTH = 0.78;
/** Widest bar, and the narrowest: an event a year ago must not be a hairline. */
const BAR_PX = { max: 72, min: 2 } as const;

export function createPlot(
  place: HTMLElement,
  picture: Picture,
  onPoint: (pointed: Pointed | undefined) => void,
): Plot {
  const band = document.createElement('div');
  band.className = 'band';
  const follow = (plot: uPlot): void => {
    const index = plot.cursor.idx ?? undefined;
    band.hidden = index === undefined;
    if (index === undefined) {
      onPoint(undefined);
      return;
    }
    const from = plot.valToPos(index - 0.5, 'x');
    const width = plot.valToPos(index + 0.5, 'x') - from;
    band.style.left = `${from}px`;
    band.style.width = `${width}px`;
    const side = from > plot.over.clientWidth / 2 ? 'left' : 'right';
    onPoint({ index, left: plot.over.offsetLeft + from + (side === 'left' ? 0 : width), side });
  };
  const draw = (): uPlot => {
    const drawn = new uPlot(optionsOf(place, picture, follow), dataOf(picture), place);
    drawn.under.append(band);
    band.hidden = true;
    return drawn;
  };

  let plot = draw();
  const resizing = new ResizeObserver(() => {
    if (place.clientWidth !== plot.width) plot.setSize({ width: place.clientWidth, height: HEIGHT });
  });
  resizing.observe(place);
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  const redraw = (): void => {
    plot.destroy();
    plot = draw();
  };
  scheme.addEventListener('change', redraw);
  return {
    point(index) {
      const left = index === undefined ? -10 : plot.valToPos(index, 'x');
      plot.setCursor({ left, top: index === undefined ? -10 : 1 });
    },
    destroy() {
      resizing.disconnect();
      scheme.removeEventListener('change', redraw);
      plot.destroy();
    },
  };
}

/** Each line is up to three series of uPlot: the range before, complete buckets, and partial ones with a look of their own. */
function dataOf({ starts, lines, partial, form }: Picture): uPlot.AlignedData {
  const columns = lines.flatMap(({ values, previous }) => [
    ...(previous === null ? [] : [[...previous.values]]),
    values.map((value, index) => (partial.has(index) ? null : value)),
    values.map((value, index) => (isInPartial(index, partial, form) ? value : null)),
  ]);
  return [starts.map((_start, index) => index), ...columns];
}

/** A line into a partial bucket begins at the complete one before it. */
const isInPartial = (index: number, partial: ReadonlySet<number>, form: Picture['form']): boolean =>
  partial.has(index) || (form !== 'bars' && (partial.has(index + 1) || partial.has(index - 1)));

function optionsOf(place: HTMLElement, picture: Picture, follow: (plot: uPlot) => void): uPlot.Options {
  const { starts, lines, granularity } = picture;
  const styles = getComputedStyle(place);
  const color = (name: string): string => styles.getPropertyValue(name).trim();
  const bounds = boundsOf(lines);
  const isWhole = lines.every(({ values }) => values.every((value) => value === null || Number.isInteger(value)));
  const ticks = valueTicks(bounds, isWhole);
  const axis: uPlot.Axis = { stroke: color('--text-soft'), font: FONT, ticks: { show: false } };
  return {
    width: place.clientWidth,
    height: HEIGHT,
    padding: [8, LABEL_HALF_PX, 0, 0],
    legend: { show: false },
    cursor: { x: false, y: false, points: { show: false }, drag: { x: false, y: false, setScale: false } },
    scales: {
      // Half a bucket more at both ends. Otherwise the first and the last bar would be cut in half.
      x: { time: false, range: () => [-0.5, starts.length - 0.5] },
      y: { range: () => [ticks[0] ?? 0, ticks.at(-1) ?? 1] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        gap: 8,
        size: 44,
        splits: (plot) => [...tickIndexes(starts, granularity, (plot.width - AXIS_PX) / LABEL_PX)],
        values: (_plot, indexes) => [
          ...tickLabels(
            indexes.map((index) => starts[index] ?? 0),
            granularity,
          ),
        ],
      },
      {
        ...axis,
        grid: { stroke: color('--line'), width: 1 },
        gap: 8,
        size: (_plot, labels) => 20 + 7 * Math.max(1, ...(labels ?? []).map((label) => label.length)),
        splits: () => [...ticks],
        values: (_plot, values) => [...formatAxis(values)],
      },
    ],
    series: [{}, ...lines.flatMap((line, index) => seriesOf({ picture, line, index, color }))],
    hooks: { setCursor: [follow] },
  };
}

interface LineOptions {
  readonly picture: Picture;
  readonly line: DrawnLine;
  /** Its place among the bars of a bucket. */
  readonly index: number;
  readonly color: (name: string) => string;
}

function seriesOf({ picture, line, index, color }: LineOptions): readonly uPlot.Series[] {
  const own = color(`--series-${line.color}`);
  const before: uPlot.Series = { stroke: own, width: 1.5, dash: [3, 4], alpha: 0.65, points: { show: false } };
  const previous = line.previous === null ? [] : [before];
  if (picture.form === 'bars') {
    const paths = barPaths(picture, index);
    const bars = (fill: string): uPlot.Series => ({
      fill,
      width: 0,
      points: { show: false },
      ...(paths === undefined ? {} : { paths }),
    });
    return [...previous, bars(own), bars(color(`--series-${line.color}-soft`))];
  }
  const drawn: uPlot.Series = {
    stroke: own,
    width: 2,
    points: { show: true, size: 7, fill: own, filter: (plot, position) => lonely(plot.data[position] ?? []) },
    ...(picture.form === 'area' ? { fill: `${own}33` } : {}),
  };
  return [...previous, drawn, { ...drawn, dash: [5, 4] }];
}

/** One bar for each line beside each other. */
function barPaths({ lines, starts }: Picture, index: number): uPlot.Series.PathBuilder | undefined {
  const count = lines.length;
  if (count === 1) return uPlot.paths.bars?.({ size: [BARS_WIDTH, BAR_PX.max, BAR_PX.min], radius: 0.12 });
  const width = BARS_WIDTH / count;
  const x0 = starts.map((_start, bucket) => bucket - BARS_WIDTH / 2 + index * width);
  return uPlot.paths.bars?.({
    size: [1, BAR_PX.max, BAR_PX.min],
    disp: { x0: { unit: 1, values: () => x0 }, size: { unit: 1, values: () => [width] } },
  });
}
