/** The numbers of the chart as a table, newest first, for eyes, screen readers and the clipboard alike. */
import { useSignal } from '@preact/signals';
import type { DrawnLine, Picture } from '../chart/picture.ts';
import { capitalized } from '../words/nouns.ts';
import { formatCount, formatShare, formatValue } from '../words/numbers.ts';
import { formatBucket } from '../words/times.ts';

/** A click shows the rest. Thousands of rows at once would make each answer slow to draw. */
const ROWS_SHOWN = 100;

export function ResultTable({ picture }: { readonly picture: Picture }) {
  const isWhole = useSignal(false);
  const { starts, granularity, lines, zone } = picture;
  const newestFirst = [...starts.keys()].toReversed();
  const shown = isWhole.value ? newestFirst : newestFirst.slice(0, ROWS_SHOWN);
  const only = lines.length === 1 ? lines[0] : undefined;
  return (
    <div class="card table">
      <section class="scroll" aria-label="Table of the result">
        <table>
          <caption class="unseen">
            {lines.map(({ name }) => name).join(', ')} by {granularity}, newest first
          </caption>
          <thead>
            <tr>
              <th scope="col">
                {capitalized(granularity)} ({zone})
              </th>
              {lines.map((line) => (
                <LineHeads key={line.key} line={line} isOnly={only !== undefined} />
              ))}
              {only === undefined ? null : (
                <th scope="col" class="share">
                  {only.isSum ? 'Share' : <span class="unseen">Compared with the largest</span>}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {only === undefined ? <TotalRow lines={lines} /> : null}
            {shown.map((index) => (
              <BucketRow key={starts[index]} index={index} picture={picture} only={only} />
            ))}
          </tbody>
        </table>
      </section>
      {shown.length < starts.length ? (
        <button
          type="button"
          class="quiet"
          onClick={() => {
            isWhole.value = true;
          }}
        >
          Show all {formatCount(starts.length)} rows
        </button>
      ) : null}
    </div>
  );
}

function LineHeads({ line, isOnly }: { readonly line: DrawnLine; readonly isOnly: boolean }) {
  return (
    <>
      <th scope="col" class="right">
        {isOnly ? line.label : line.name}
      </th>
      {line.previous === null ? null : (
        <th scope="col" class="right">
          Before
        </th>
      )}
    </>
  );
}

/** Users and averages of the period are no sums of the rows. */
function TotalRow({ lines }: Pick<Picture, 'lines'>) {
  return (
    <tr class="total">
      <th scope="row">Whole period</th>
      {lines.map((line) => (
        <Cells key={line.key} value={line.total} before={line.previous === null ? undefined : line.previous.total} />
      ))}
    </tr>
  );
}

interface BucketRowProps {
  readonly index: number;
  readonly picture: Picture;
  readonly only: DrawnLine | undefined;
}

function BucketRow({ index, picture, only }: BucketRowProps) {
  const { starts, granularity, lines, partial } = picture;
  const isZero = lines.every(({ values }) => (values[index] ?? 0) === 0);
  return (
    <tr class={isZero ? 'zero' : ''}>
      <th scope="row">
        {formatBucket(starts[index] ?? 0, granularity)}
        {partial.has(index) ? <span class="tag">partial</span> : null}
      </th>
      {lines.map(({ key, values, previous }) => (
        <Cells
          key={key}
          value={values[index] ?? null}
          before={previous === null ? undefined : (previous.values[index] ?? null)}
        />
      ))}
      {only === undefined ? null : <ShareCell line={only} index={index} isPartial={partial.has(index)} />}
    </tr>
  );
}

interface CellsProps {
  readonly value: number | null;
  /** Undefined without a comparison. */
  readonly before: number | null | undefined;
}

function Cells({ value, before }: CellsProps) {
  return (
    <>
      <td class="right">{formatValue(value)}</td>
      {before === undefined ? null : <td class="right before">{formatValue(before)}</td>}
    </>
  );
}

interface ShareCellProps {
  readonly line: DrawnLine;
  readonly index: number;
  readonly isPartial: boolean;
}

/** The same user may be in several buckets, so that only sums have shares. */
function ShareCell({ line, index, isPartial }: ShareCellProps) {
  const value = line.values[index] ?? 0;
  const max = Math.max(...line.values.map((one) => one ?? 0));
  return (
    <td class="share">
      <span class="track" aria-hidden="true">
        <span
          class={isPartial ? 'fill partial' : 'fill'}
          style={{ width: `${max <= 0 ? 0 : Math.max(0, value / max) * 100}%` }}
        />
      </span>
      {line.isSum ? <span class="percent">{formatShare(value, line.total ?? 0)}</span> : null}
    </td>
  );
}
