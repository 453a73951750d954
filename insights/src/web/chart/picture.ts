/** What the chart draws. Times are local times of the question's zone (`query/time/calendar.ts`). */
import type { Line } from '../../query/answer/trend.ts';
import type { ChartForm } from '../../query/model/trend.ts';
import type { Granularity, Range } from '../../query/time/model.ts';
import type { Noun } from '../words/nouns.ts';

export interface DrawnLine {
  readonly key: string;
  readonly name: string;
  /** Position in the palette. */
  readonly color: number;
  readonly values: readonly (number | null)[];
  readonly total: number | null;
  readonly previous: Line['previous'];
  /** What a value counts. */
  readonly noun: Noun;
  /** The head of its column when it is the only line. */
  readonly label: string;
  /** Whether the total is the sum of the values, so that shares of it mean something. */
  readonly isSum: boolean;
}

export interface Picture {
  readonly form: ChartForm;
  readonly granularity: Granularity;
  readonly zone: string;
  /** The period that the numbers cover. */
  readonly range: Range;
  readonly comparedWith: Range | undefined;
  /** The start of each bucket, oldest first. */
  readonly starts: readonly number[];
  /** Positions of buckets that are still open, still loading, or cut off by the range. */
  readonly partial: ReadonlySet<number>;
  readonly lines: readonly DrawnLine[];
}

/** The greatest and the least value of anything that is drawn; 0 is always between them. */
export function boundsOf(lines: readonly DrawnLine[]): Readonly<Record<'min' | 'max', number>> {
  let [min, max] = [0, 0];
  for (const { values, previous } of lines) {
    for (const value of [...values, ...(previous?.values ?? [])]) {
      if (value !== null && value < min) min = value;
      if (value !== null && value > max) max = value;
    }
  }
  return { min, max };
}

/** Positions of values without a neighbor: no line leads to them, so that only a point can show them. */
export const lonely = (values: ArrayLike<number | null | undefined>): number[] =>
  Array.from(values).flatMap((value, index, all) => {
    const isAlone = (all[index - 1] ?? null) === null && (all[index + 1] ?? null) === null;
    return value !== null && value !== undefined && isAlone ? [index] : [];
  });
