/**
 * uPlot as a bar chart. The buckets are at 0, 1, 2... on the x scale, not on a time scale: months differ in length, and
 * uPlot's own time labels are wrong for viewers whose zone has a daylight-saving change. A canvas ignores CSS variables, so
 * a change of the color scheme redraws it.
 */
import uPlot from 'uplot';
import { formatAxis } from '../words/numbers.ts';
import { tickIndexes, tickLabels, valueTicks } from './axis.ts';
import type { Bars } from './bars.ts';

export interface Pointed {
  readonly index: number;
  /** The edge of the bar on the roomier side, in CSS pixels from the left edge of the chart. */
  readonly left: number;
  /** The side of the bar with more room. */
  readonly side: 'left' | 'right';
}

export interface BarChart {
  /** Moves the cursor to a bar, or hides it. */
  point(index: number | undefined): void;
  destroy(): void;
}

const HEIGHT = 300;
const FONT = '12px system-ui, sans-serif';
/** Width of one label below the axis. */
const LABEL_PX = 58;
/** Approximate width of the value axis: the width of the plot itself is not known yet when the labels are placed. */
const AXIS_PX = 60;

export function createBarChart(
  place: HTMLElement,
  bars: Bars,
  onPoint: (pointed: Pointed | undefined) => void,
): BarChart {
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
    const drawn = new uPlot(optionsOf(place, bars, follow), dataOf(bars), place);
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

/** Complete and partial bars are two series of uPlot, so that each has its own color. */
function dataOf({ buckets }: Bars): uPlot.AlignedData {
  return [
    buckets.map((_bucket, index) => index),
    buckets.map((bucket) => (bucket.isComplete ? bucket.value : null)),
    buckets.map((bucket) => (bucket.isComplete ? null : bucket.value)),
  ];
}

function optionsOf(place: HTMLElement, bars: Bars, follow: (plot: uPlot) => void): uPlot.Options {
  const styles = getComputedStyle(place);
  const color = (name: string): string => styles.getPropertyValue(name).trim();
  const starts = bars.buckets.map((bucket) => bucket.start);
  const ticks = valueTicks(Math.max(...bars.buckets.map((bucket) => bucket.value)));
  const paths = uPlot.paths.bars?.({ size: [0.78, 72], radius: 0.12 });
  const series = (fill: string): uPlot.Series => ({
    fill,
    width: 0,
    points: { show: false },
    ...(paths === undefined ? {} : { paths }),
  });
  const axis: uPlot.Axis = { stroke: color('--text-soft'), font: FONT, ticks: { show: false } };
  return {
    width: place.clientWidth,
    height: HEIGHT,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { x: false, y: false, points: { show: false }, drag: { x: false, y: false, setScale: false } },
    scales: {
      // Half a bucket more at both ends. Otherwise the first and the last bar would be cut in half.
      x: { time: false, range: () => [-0.5, starts.length - 0.5] },
      y: { range: () => [0, ticks.at(-1) ?? 1] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        gap: 8,
        size: 44,
        splits: (plot) => [...tickIndexes(starts, bars.granularity, (plot.width - AXIS_PX) / LABEL_PX)],
        values: (_plot, indexes) => [
          ...tickLabels(
            indexes.map((index) => starts[index] ?? 0),
            bars.granularity,
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
    series: [{}, series(color('--bar')), series(color('--bar-partial'))],
    hooks: { setCursor: [follow] },
  };
}
