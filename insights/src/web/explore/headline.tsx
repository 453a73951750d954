/** The figures above the chart: of one line its total, average and peak; of several lines the total of each. */
import type { DrawnLine, Picture } from '../chart/picture.ts';
import { nounFor } from '../words/nouns.ts';
import { formatAverage, formatChange, formatValue } from '../words/numbers.ts';
import { formatBucket, formatDays } from '../words/times.ts';
import { averageOf, peakOf } from './summary.ts';

/** Totals above the chart. The legend has those of all lines. */
const TOTALS_MAX = 4;

export function Headline({ picture }: { readonly picture: Picture }) {
  const [line, ...others] = picture.lines;
  if (line === undefined) return null;
  if (others.length === 0) return <SingleHeadline picture={picture} line={line} />;
  return (
    <dl class="headline">
      {picture.lines.slice(0, TOTALS_MAX).map((one) => (
        <div key={one.key}>
          <dt>
            <i class={`color series-${one.color}`} aria-hidden="true" /> {one.name}
          </dt>
          <dd class="number">{formatValue(one.total)}</dd>
          <dd class="aside">
            <Change line={one} /> {formatDays(picture.range.from, picture.range.to)}
          </dd>
        </div>
      ))}
    </dl>
  );
}

interface SingleHeadlineProps {
  readonly picture: Picture;
  readonly line: DrawnLine;
}

function SingleHeadline({ picture, line }: SingleHeadlineProps) {
  const { granularity, range, partial, starts, comparedWith } = picture;
  const peak = peakOf(line);
  const average = averageOf(line, partial);
  const isAverageOfSome = partial.size > 0 && partial.size < starts.length;
  return (
    <dl class="headline">
      <div>
        <dt>{line.label}</dt>
        <dd class="number">{formatValue(line.total)}</dd>
        <dd class="aside">
          <Change line={line} /> {formatDays(range.from, range.to)}
        </dd>
        {comparedWith === undefined || line.previous === null ? null : (
          <dd class="aside">
            before {formatValue(line.previous.total)} · {formatDays(comparedWith.from, comparedWith.to)}
          </dd>
        )}
      </div>
      <div>
        <dt>Average per {granularity}</dt>
        <dd class="number">{average === null ? '–' : formatAverage(average)}</dd>
        <dd class="aside">{isAverageOfSome ? `complete ${granularity}s only` : nounFor(line.noun, 2)}</dd>
      </div>
      {peak === undefined ? null : (
        <div>
          <dt>Peak {granularity}</dt>
          <dd class="number">{formatValue(line.values[peak] ?? null)}</dd>
          <dd class="aside">{formatBucket(starts[peak] ?? 0, granularity)}</dd>
        </div>
      )}
    </dl>
  );
}

function Change({ line: { total, previous } }: { readonly line: DrawnLine }) {
  const change = previous === null ? undefined : formatChange(total, previous.total);
  if (change === undefined) return null;
  return (
    <b class={change.startsWith('-') ? 'change down' : 'change up'} title="Against the same part of the period before">
      {change}
    </b>
  );
}
