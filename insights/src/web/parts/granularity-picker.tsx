/** How wide a bucket is. A granularity that would make too many buckets for the range on the screen is disabled. */
import { GRANULARITIES, type Granularity, type Range } from '../../query/time/model.ts';
import { isFine } from '../../query/time/range.ts';
import { capitalized } from '../words/nouns.ts';

const AUTO = 'auto';

/** What is on the screen: the server replaces a granularity that is too fine by a coarser one. */
export interface ShownGranularity {
  readonly asked: Granularity | typeof AUTO;
  readonly granularity: Granularity;
  readonly range: Range;
  readonly bucketsMax: number;
}

interface GranularityPickerProps {
  readonly chosen: Granularity | typeof AUTO;
  readonly shown: ShownGranularity | undefined;
  readonly choose: (granularity: Granularity | typeof AUTO) => void;
}

export function GranularityPicker({ chosen, shown, choose }: GranularityPickerProps) {
  return (
    <label class="field">
      <span class="label">Aggregation period</span>
      <select
        value={chosen}
        onChange={(event) => {
          const value = event.currentTarget.value;
          choose(GRANULARITIES.find((granularity) => granularity === value) ?? AUTO);
        }}
      >
        <option value={AUTO}>{chosen === AUTO && shown !== undefined ? `Auto (${shown.granularity})` : 'Auto'}</option>
        {GRANULARITIES.map((granularity) => (
          <option
            key={granularity}
            value={granularity}
            disabled={
              granularity !== chosen && shown !== undefined && !isFine(shown.range, granularity, shown.bucketsMax)
            }
          >
            {capitalized(granularity)}
            {isReplaced(granularity, shown) ? ` (too fine, by ${shown?.granularity})` : ''}
          </option>
        ))}
      </select>
    </label>
  );
}

const isReplaced = (granularity: Granularity, shown: ShownGranularity | undefined): boolean =>
  shown !== undefined && granularity === shown.asked && granularity !== shown.granularity;
