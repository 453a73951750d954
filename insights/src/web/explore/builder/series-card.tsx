/** One series: what it is about, its aggregation type, and its own filters. */
import type { EventsAnswer } from '../../../query/answer/event-names.ts';
import { attributeOf } from '../../../query/model/measure.ts';
import { type Series, type Subject, seriesId } from '../../../query/model/trend.ts';
import type { AttributeSource } from './attribute-source.ts';
import { FilterList } from './filter-list.tsx';
import { MeasurePicker } from './measure-picker.tsx';
import { SubjectPicker } from './subject-picker.tsx';

interface SeriesCardProps {
  readonly index: number;
  readonly series: Series;
  readonly events: EventsAnswer | undefined;
  readonly source: AttributeSource;
  readonly change: (series: Series) => void;
  /** Undefined for the only series. */
  readonly remove: (() => void) | undefined;
}

export function SeriesCard({ index, series, events, source, change, remove }: SeriesCardProps) {
  const letter = seriesId(index);
  const suffix = index === 0 ? '' : `-${letter.toLowerCase()}`;
  const { subject, measure } = series;
  return (
    <fieldset class="card series">
      <legend class="unseen">Series {letter}</legend>
      <div class="head">
        <span class="letter" aria-hidden="true">
          {letter}
        </span>
        <SubjectPicker
          id={`event${suffix}`}
          subject={subject}
          events={events}
          choose={(chosen) => change(fitted(series, chosen))}
        />
        {remove === undefined ? null : (
          <button type="button" class="remove" aria-label={`Remove series ${letter}`} onClick={remove}>
            ×
          </button>
        )}
      </div>
      <MeasurePicker
        id={`measure${suffix}`}
        subject={subject}
        measure={measure}
        source={source}
        choose={(chosen) => change({ ...series, measure: chosen })}
      />
      <FilterList
        id={`where${suffix}`}
        label={`Filters of ${letter}`}
        filter={series.filter}
        events={events}
        source={source}
        hasEvents={subject.kind === 'events'}
        change={(filter) => change({ ...series, filter })}
      />
    </fieldset>
  );
}

/** Keeps of a series what the new subject can have. */
function fitted({ measure, filter }: Series, subject: Subject): Series {
  if (subject.kind === 'events') return { subject, measure, filter };
  const isOfUsers = attributeOf(measure)?.of === 'user' && subject.which === 'new';
  return { subject, measure: isOfUsers ? measure : { kind: 'users' }, filter: undefined };
}
