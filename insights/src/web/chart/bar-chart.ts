/**
 * uPlot as a bar chart. Buckets stand at 0, 1, 2... on the x scale, not on a time scale: months differ in length, and
 * uPlot's own time labels are wrong for viewers whose zone has a daylight-saving change. A canvas does not follow CSS
 * variables, so a change of the colour scheme draws it anew.
 */
import uPlot from 'uplot';
import type { Picture } from '../series/picture.ts';
import { formatAxis } from '../words/times.ts';
import { tickIndexes, tickLabels, valueTicks } from './axis.ts';

export interface Pointed {
  readonly index: number;
  /** The edge of the bar on that side, in CSS pixels from the left edge of the chart. */
  readonly left: number;
  /** To which side of the bar there is more room. */
  readonly side: 'left' | 'right';
}

export interface BarChart {
  /** Moves the cursor to a bar, or away. */
  point(index: number | undefined): void;
  destroy(): void;
}

const HEIGHT = 300;
const FONT = '12px system-ui, sans-serif';
/** Room for one label below the axis. */
const LABEL_PX = 58;
/** About what the value axis takes; when the labels are placed, the plot's own width is not known yet. */
const AXIS_PX = 60;

export function createBarChart(
  place: HTMLElement,
  picture: Picture,
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

/** Complete and partial bars are two series, so that each has its own colour. */
function dataOf({ buckets }: Picture): uPlot.AlignedData {
  return [
    buckets.map((_bucket, index) => index),
    buckets.map((bucket) => (bucket.isComplete ? bucket.value : null)),
    buckets.map((bucket) => (bucket.isComplete ? null : bucket.value)),
  ];
}

function optionsOf(place: HTMLElement, picture: Picture, follow: (plot: uPlot) => void): uPlot.Options {
  const colours = getComputedStyle(place);
  const colour = (name: string): string => colours.getPropertyValue(name).trim();
  const starts = picture.buckets.map((bucket) => bucket.start);
  const ticks = valueTicks(Math.max(...picture.buckets.map((bucket) => bucket.value)));
  const bars = uPlot.paths.bars?.({ size: [0.78, 72], radius: 0.12 });
  const series = (fill: string): uPlot.Series => ({
    fill,
    width: 0,
    points: { show: false },
    ...(bars === undefined ? {} : { paths: bars }),
  });
  const axis: uPlot.Axis = { stroke: colour('--text-soft'), font: FONT, ticks: { show: false } };
  return {
    width: place.clientWidth,
    height: HEIGHT,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { x: false, y: false, points: { show: false }, drag: { x: false, y: false, setScale: false } },
    scales: {
      // Half a bucket more at both ends, else the first and the last bar are cut in half.
      x: { time: false, range: () => [-0.5, starts.length - 0.5] },
      y: { range: () => [0, ticks.at(-1) ?? 1] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        gap: 8,
        size: 44,
        splits: (plot) => [...tickIndexes(starts, picture.granularity, (plot.width - AXIS_PX) / LABEL_PX)],
        values: (_plot, indexes) => [
          ...tickLabels(
            indexes.map((index) => starts[index] ?? 0),
            picture.granularity,
          ),
        ],
      },
      {
        ...axis,
        grid: { stroke: colour('--line'), width: 1 },
        gap: 8,
        size: (_plot, labels) => 20 + 7 * Math.max(1, ...(labels ?? []).map((label) => label.length)),
        splits: () => [...ticks],
        values: (_plot, values) => [...formatAxis(values)],
      },
    ],
    series: [{}, series(colour('--bar')), series(colour('--bar-partial'))],
    hooks: { setCursor: [follow] },
  };
}
