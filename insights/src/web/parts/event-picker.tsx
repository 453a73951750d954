/** A searchable list of event names with their counts. */
import { useEffect, useRef } from 'preact/hooks';
import type { EventsAnswer } from '../../query/answer/event-names.ts';
import { formatShort } from '../words/numbers.ts';
import { type EventOption, useCombobox } from './combobox.ts';

interface EventPickerProps {
  readonly chosen: string | undefined;
  readonly answer: EventsAnswer | undefined;
  readonly choose: (event: string | undefined) => void;
}

const ALL = 'All events';

export function EventPicker({ chosen, answer, choose }: EventPickerProps) {
  const combobox = useCombobox({ options: optionsOf(answer), chosen, choose });
  const { isOpen, active, shown } = combobox;
  const name = chosen ?? ALL;
  return (
    <div class="field picker">
      <label class="label" for="event">
        Event
      </label>
      <input
        id="event"
        type="text"
        role="combobox"
        autocomplete="off"
        spellcheck={false}
        aria-expanded={isOpen}
        aria-controls="event-list"
        aria-autocomplete="list"
        aria-activedescendant={isOpen && shown.length > 0 ? `event-${active}` : undefined}
        placeholder={isOpen ? `Search (now: ${name})` : undefined}
        value={isOpen ? combobox.text : name}
        onInput={(event) => combobox.type(event.currentTarget.value)}
        onClick={combobox.open}
        onBlur={combobox.close}
        onKeyDown={(event) => {
          if (combobox.press(event.key)) event.preventDefault();
        }}
      />
      {isOpen ? <OptionList {...combobox} chosen={chosen} hasMore={answer?.more ?? false} /> : null}
    </div>
  );
}

interface OptionListProps {
  readonly shown: readonly EventOption[];
  readonly active: number;
  readonly chosen: string | undefined;
  readonly hasMore: boolean;
  readonly pick: (option: EventOption) => void;
}

function OptionList({ shown, active, chosen, hasMore, pick }: OptionListProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => list.current?.children[active]?.scrollIntoView({ block: 'nearest' }), [active]);
  return (
    <div class="options" id="event-list" role="listbox" aria-label="Events" ref={list} tabIndex={-1}>
      {shown.map((option, index) => (
        <div
          key={option.event ?? ''}
          id={`event-${index}`}
          role="option"
          tabIndex={-1}
          class={index === active ? 'active' : ''}
          aria-selected={option.event === chosen}
          // Comes before the input loses its focus, which would close the list under the pointer.
          onPointerDown={(event) => {
            event.preventDefault();
            pick(option);
          }}
        >
          <span class="name">{option.name}</span>
          <span class="count">{option.count === undefined ? '' : formatShort(option.count)}</span>
        </div>
      ))}
      {shown.length === 0 ? <p>No matching events</p> : null}
      {hasMore ? <p>Only the most frequent events are listed. For any other, add ?event=name to the address.</p> : null}
    </div>
  );
}

/** When the list of names is cut off, the sum of its counts is not the count of all events, and is left out. */
function optionsOf(answer: EventsAnswer | undefined): readonly EventOption[] {
  const events = answer?.events ?? [];
  const sum = events.reduce((total, event) => total + event.count, 0);
  const all = { event: undefined, name: ALL, count: answer === undefined || answer.more ? undefined : sum };
  return [all, ...events.map(({ name, count }) => ({ event: name, name, count }))];
}
