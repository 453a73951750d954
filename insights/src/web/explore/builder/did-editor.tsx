/** The form of a condition about what users did: an event, how often, and within how many days. */
import { useSignal } from '@preact/signals';
import type { EventsAnswer } from '../../../query/answer/event-names.ts';
import { DID_DAYS_MAX, DID_TIMES_MAX, type DidCondition, type Filter } from '../../../query/model/filter.ts';
import { FormButtons } from '../../parts/form-buttons.tsx';
import { Picker } from '../../parts/picker.tsx';
import { formatShort } from '../../words/numbers.ts';
import type { FlatCondition } from './flat-filter.ts';

interface DidEditorProps {
  readonly id: string;
  readonly events: EventsAnswer | undefined;
  /** What to begin with; undefined for a new condition. */
  readonly before: FlatCondition | undefined;
  readonly apply: (filter: Filter) => void;
  readonly cancel: () => void;
}

export function DidEditor({ id, events, before, apply, cancel }: DidEditorProps) {
  const start: DidCondition =
    before?.condition.kind === 'did' ? before.condition : { kind: 'did', event: '', times: 1, days: 30 };
  const event = useSignal(start.event);
  const times = useSignal(start.times);
  const days = useSignal(start.days);
  const isNegated = useSignal(before?.isNegated ?? false);
  const reason = useSignal('');
  const submit = (submitted: Event): void => {
    submitted.preventDefault();
    if (event.value === '') {
      reason.value = 'Choose the event that users did.';
      return;
    }
    const did: Filter = { kind: 'did', event: event.value, times: times.value, days: days.value };
    apply(isNegated.value ? { kind: 'not', part: did } : did);
  };
  return (
    <form class="editor" onSubmit={submit}>
      <label class="field">
        <span class="label">Users who</span>
        <select
          value={String(isNegated.value)}
          onChange={(changed) => {
            isNegated.value = changed.currentTarget.value === 'true';
          }}
        >
          <option value="false">did</option>
          <option value="true">did not do</option>
        </select>
      </label>
      <Picker
        id={`${id}-did`}
        label="Event that users did"
        name={event.value === '' ? 'Choose an event' : event.value}
        options={(events?.events ?? []).map(({ name, count }) => ({ key: name, name, detail: formatShort(count) }))}
        chosen={event.value}
        choose={(name) => {
          event.value = name;
        }}
        create={(text) => ({ key: text, name: text, detail: 'exact name' })}
      />
      <NumberField
        label="At least times"
        value={times.value}
        max={DID_TIMES_MAX}
        change={(value) => (times.value = value)}
      />
      <NumberField label="In days" value={days.value} max={DID_DAYS_MAX} change={(value) => (days.value = value)} />
      <FormButtons reason={reason.value} cancel={cancel} />
    </form>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly value: number;
  readonly max: number;
  readonly change: (value: number) => void;
}

function NumberField({ label, value, max, change }: NumberFieldProps) {
  return (
    <label class="field small">
      <span class="label">{label}</span>
      <input
        type="number"
        min={1}
        max={max}
        step={1}
        value={value}
        required
        onInput={(event) => {
          const typed = event.currentTarget.valueAsNumber;
          if (Number.isInteger(typed) && typed >= 1 && typed <= max) change(typed);
        }}
      />
    </label>
  );
}
