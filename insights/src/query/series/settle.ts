/** From what was chosen to what it means now: a smart period becomes a real one, and the period becomes a range. */
import type { Range } from '../time/model.ts';
import { settlePeriod, settleRange } from '../time/range.ts';
import type { SeriesQuery, SeriesQuestion } from './model.ts';

export function settleSeries(query: SeriesQuery, extent: Range | undefined, now: number): SeriesQuestion {
  const moment = { now, extent };
  const period = settlePeriod(query.period, moment);
  return { query: { ...query, period }, ...settleRange(period, moment, query.granularity), extent };
}
