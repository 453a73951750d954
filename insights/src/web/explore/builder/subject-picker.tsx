/** What a series is about: an event with its volume, all events, or profiles. */
import type { EventsAnswer } from '../../../query/answer/event-names.ts';
import type { Subject } from '../../../query/model/trend.ts';
import type { PickerOption } from '../../parts/combobox.ts';
import { Picker } from '../../parts/picker.tsx';
import { formatShort } from '../../words/numbers.ts';

interface SubjectPickerProps {
  readonly id: string;
  readonly subject: Subject;
  readonly events: EventsAnswer | undefined;
  readonly choose: (subject: Subject) => void;
}

const ALL_EVENTS = 'all events';
const PROFILES: readonly PickerOption[] = [
  { key: 'profiles new', name: 'New profiles', detail: 'by first seen' },
  { key: 'profiles all', name: 'All profiles', detail: 'known so far' },
];
const EVENT = 'event ';

export function SubjectPicker({ id, subject, events, choose }: SubjectPickerProps) {
  const options = optionsOf(events);
  const chosen = keyOf(subject);
  const known = options.find(({ key }) => key === chosen);
  return (
    <Picker
      id={id}
      label="Event"
      name={known?.name ?? (subject.kind === 'events' ? (subject.name ?? '') : '')}
      options={options}
      chosen={chosen}
      choose={(key) => choose(subjectOf(key))}
      create={(text) => ({ key: `${EVENT}${text}`, name: text, detail: 'exact name' })}
      note={
        events?.more === true
          ? 'Only the most frequent events are listed. Type the exact name of any other.'
          : undefined
      }
    />
  );
}

function keyOf(subject: Subject): string {
  if (subject.kind === 'profiles') return `profiles ${subject.which}`;
  return subject.name === undefined ? ALL_EVENTS : `${EVENT}${subject.name}`;
}

function subjectOf(key: string): Subject {
  if (key === ALL_EVENTS) return { kind: 'events', name: undefined };
  if (key.startsWith(EVENT)) return { kind: 'events', name: key.slice(EVENT.length) };
  return { kind: 'profiles', which: key === 'profiles all' ? 'all' : 'new' };
}

/** When the list of names is cut off, the sum of its counts is not the count of all events, and is left out. */
function optionsOf(answer: EventsAnswer | undefined): readonly PickerOption[] {
  const events = answer?.events ?? [];
  const sum = events.reduce((total, event) => total + event.count, 0);
  const total = answer === undefined || answer.more ? '' : formatShort(sum);
  return [
    { key: ALL_EVENTS, name: 'All events', detail: total },
    ...events.map(({ name, count }) => ({ key: `${EVENT}${name}`, name, detail: formatShort(count) })),
    ...PROFILES,
  ];
}
