/** The aggregation type, and the attribute that it is computed from. */
import { useSignal } from '@preact/signals';
import type { Attribute } from '../../../query/model/attribute.ts';
import { attributeOf, type Measure, OF_NUMBERS, PER_USER } from '../../../query/model/measure.ts';
import type { Subject } from '../../../query/model/trend.ts';
import { STATISTICS } from '../../words/measures.ts';
import { AttributePicker } from './attribute-picker.tsx';
import type { AttributeSource } from './attribute-source.ts';

interface MeasurePickerProps {
  readonly id: string;
  readonly subject: Subject;
  readonly measure: Measure;
  readonly source: AttributeSource;
  readonly choose: (measure: Measure) => void;
}

export function MeasurePicker({ id, subject, measure, source, choose }: MeasurePickerProps) {
  // An aggregation type without its attribute is not a question yet: it waits here until one is chosen.
  const waiting = useSignal<string | undefined>(undefined);
  const isOfEvents = subject.kind === 'events';
  const attribute = attributeOf(measure);
  const chosen = waiting.value ?? typeOf(measure);
  const chooseType = (type: string): void => {
    const complete = measureOf(type, attribute);
    waiting.value = complete === undefined ? type : undefined;
    if (complete !== undefined) choose(complete);
  };
  const needsAttribute = waiting.value !== undefined || attribute !== undefined;
  return (
    <>
      <label class="field">
        <span class="label">Aggregation type</span>
        <select id={id} value={chosen} onChange={(event) => chooseType(event.currentTarget.value)}>
          {isOfEvents ? <option value="events">Events</option> : null}
          <option value="users">{isOfEvents ? 'Unique users' : 'Users'}</option>
          {isOfEvents ? (
            <optgroup label="Events per user">
              {PER_USER.map((statistic) => (
                <option key={statistic} value={`${statistic}_per_user`}>
                  {STATISTICS[statistic]} per user
                </option>
              ))}
            </optgroup>
          ) : null}
          {isOfEvents || subject.which === 'new' ? (
            <optgroup label="Of an attribute">
              {OF_NUMBERS.map((statistic) => (
                <option key={statistic} value={statistic}>
                  {STATISTICS[statistic]} of …
                </option>
              ))}
              <option value="distinct">Distinct values of …</option>
            </optgroup>
          ) : null}
        </select>
      </label>
      {needsAttribute ? (
        <AttributePicker
          id={`${id}-attribute`}
          label="Attribute"
          chosen={attribute}
          attributes={source.attributes}
          hasEvents={isOfEvents}
          isOfNumbers={chosen !== 'distinct'}
          choose={(picked) => {
            waiting.value = undefined;
            const complete = measureOf(chosen, picked);
            if (complete !== undefined) choose(complete);
          }}
          onOpen={source.load}
        />
      ) : null}
    </>
  );
}

function typeOf(measure: Measure): string {
  switch (measure.kind) {
    case 'per_user':
      return `${measure.statistic}_per_user`;
    case 'number':
      return measure.statistic;
    case 'events':
    case 'users':
    case 'distinct':
      return measure.kind;
  }
}

/** Undefined while the attribute is missing. */
function measureOf(type: string, attribute: Attribute | undefined): Measure | undefined {
  if (type === 'events' || type === 'users') return { kind: type };
  const perUser = PER_USER.find((statistic) => type === `${statistic}_per_user`);
  if (perUser !== undefined) return { kind: 'per_user', statistic: perUser };
  if (attribute === undefined) return undefined;
  const statistic = OF_NUMBERS.find((name) => name === type);
  return statistic === undefined ? { kind: 'distinct', attribute } : { kind: 'number', statistic, attribute };
}
