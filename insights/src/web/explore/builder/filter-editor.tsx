/** The forms of a filter: one condition, or the whole filter as text. A chunk of its own, which loads when one is opened. */
import { useSignal } from '@preact/signals';
import type { EventsAnswer } from '../../../query/answer/event-names.ts';
import type { Filter } from '../../../query/model/filter.ts';
import { formatFilter, parseFilter } from '../../../query/url/filter.ts';
import { FormButtons } from '../../parts/form-buttons.tsx';
import type { AttributeSource } from './attribute-source.ts';
import { draftOf } from './condition-draft.ts';
import { ConditionEditor } from './condition-editor.tsx';
import { DidEditor } from './did-editor.tsx';
import type { FlatCondition } from './flat-filter.ts';

export interface FilterEditorProps {
  readonly id: string;
  readonly events: EventsAnswer | undefined;
  readonly source: AttributeSource;
  readonly hasEvents: boolean;
  /** What is edited; undefined for a new condition. */
  readonly before: FlatCondition | undefined;
  readonly apply: (filter: Filter) => void;
  readonly cancel: () => void;
}

export function FilterEditor({ id, before, events, source, hasEvents, apply, cancel }: FilterEditorProps) {
  const isDid = useSignal(before?.condition.kind === 'did');
  if (isDid.value) return <DidEditor id={id} events={events} before={before} apply={apply} cancel={cancel} />;
  return (
    <ConditionEditor
      id={id}
      draft={before === undefined ? undefined : draftOf(before)}
      source={source}
      hasEvents={hasEvents}
      apply={apply}
      chooseDid={() => {
        isDid.value = true;
      }}
      cancel={cancel}
    />
  );
}

export interface FilterTextProps {
  readonly id: string;
  readonly label: string;
  readonly filter: Filter | undefined;
  readonly change: (filter: Filter | undefined) => void;
  readonly close: () => void;
}

export function FilterText({ id, label, filter, change, close }: FilterTextProps) {
  const text = useSignal(filter === undefined ? '' : formatFilter(filter));
  const reason = useSignal('');
  const submit = (event: Event): void => {
    event.preventDefault();
    const parsed =
      text.value.trim() === '' ? ({ ok: true, value: undefined } as const) : parseFilter('filter', text.value);
    if (!parsed.ok) {
      reason.value = parsed.reason;
      return;
    }
    close();
    change(parsed.value);
  };
  return (
    <form class="editor" onSubmit={submit}>
      <label class="field wide" for={`${id}-text`}>
        <span class="label">{label}, as text</span>
        <textarea
          id={`${id}-text`}
          rows={3}
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
        />
      </label>
      <FormButtons reason={reason.value} cancel={close} />
    </form>
  );
}
