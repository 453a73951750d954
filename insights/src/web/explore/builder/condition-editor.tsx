/** The form of one condition: an attribute, an operator, and what to compare with. */
import { useSignal } from '@preact/signals';
import type { KnownAttribute } from '../../../query/answer/attributes.ts';
import type { Attribute } from '../../../query/model/attribute.ts';
import type { Filter } from '../../../query/model/filter.ts';
import { FormButtons } from '../../parts/form-buttons.tsx';
import { AttributePicker } from './attribute-picker.tsx';
import type { AttributeSource } from './attribute-source.ts';
import {
  type ConditionDraft,
  formatValues,
  needsOperand,
  OPERATORS,
  type Operator,
  readDraft,
  toggleValue,
} from './condition-draft.ts';

interface ConditionEditorProps {
  readonly id: string;
  /** What to begin with; undefined for a new condition. */
  readonly draft: ConditionDraft | undefined;
  readonly source: AttributeSource;
  readonly hasEvents: boolean;
  readonly apply: (filter: Filter) => void;
  /** Called when the person wants to ask what users did instead. */
  readonly chooseDid: () => void;
  readonly cancel: () => void;
}

const DID = { key: 'did', name: 'Users who did an event …' };

export function ConditionEditor({ id, source, hasEvents, apply, chooseDid, cancel, ...props }: ConditionEditorProps) {
  const attribute = useSignal(props.draft?.attribute);
  const operator = useSignal<Operator>(props.draft?.operator ?? 'is');
  const operand = useSignal(props.draft?.operand ?? '');
  const reason = useSignal('');
  const known = knownOf(attribute.value, source);
  const submit = (event: Event): void => {
    event.preventDefault();
    if (attribute.value === undefined) {
      reason.value = 'Choose an attribute first.';
      return;
    }
    const parsed = readDraft({ attribute: attribute.value, operator: operator.value, operand: operand.value }, known);
    if (parsed.ok) apply(parsed.value);
    else reason.value = parsed.reason;
  };
  return (
    <form class="editor" onSubmit={submit}>
      <AttributePicker
        id={`${id}-of`}
        label="Filter by"
        chosen={attribute.value}
        attributes={source.attributes}
        hasEvents={hasEvents}
        before={props.draft === undefined ? [DID] : []}
        choose={(picked) => {
          attribute.value = picked;
        }}
        chooseOther={chooseDid}
        onOpen={source.load}
      />
      <label class="field">
        <span class="label">Operator</span>
        <select
          value={operator.value}
          onChange={(event) => {
            const value = event.currentTarget.value;
            operator.value = (Object.keys(OPERATORS) as Operator[]).find((name) => name === value) ?? 'is';
          }}
        >
          {Object.entries(OPERATORS).map(([name, words]) => (
            <option key={name} value={name}>
              {words}
            </option>
          ))}
        </select>
      </label>
      {needsOperand(operator.value) ? (
        <label class="field wide">
          <span class="label">
            {operator.value === 'between' ? 'Values, such as 1 and 5' : 'Value, or several with commas'}
          </span>
          <input
            type="text"
            value={operand.value}
            onInput={(event) => {
              operand.value = event.currentTarget.value;
            }}
          />
        </label>
      ) : null}
      {operator.value === 'is' || operator.value === 'is not' ? (
        <Suggestions
          known={known}
          toggle={(value) => {
            operand.value = toggleValue(operand.value, value);
          }}
        />
      ) : null}
      <FormButtons reason={reason.value} cancel={cancel} />
    </form>
  );
}

interface SuggestionsProps {
  readonly known: KnownAttribute | undefined;
  readonly toggle: (value: string | number | boolean) => void;
}

function Suggestions({ known, toggle }: SuggestionsProps) {
  if (known === undefined || known.values.length === 0) return null;
  return (
    <fieldset class="suggestions">
      <legend class="unseen">Frequent values</legend>
      {known.values.map((value) => (
        <button key={JSON.stringify(value)} type="button" class="value" onClick={() => toggle(value)}>
          {value === '' ? '(empty)' : formatValues([value])}
        </button>
      ))}
    </fieldset>
  );
}

function knownOf(attribute: Attribute | undefined, { attributes }: AttributeSource): KnownAttribute | undefined {
  if (attribute === undefined || attribute.path.length > 1) return undefined;
  return attributes?.[attribute.of].find(({ key }) => key === attribute.path[0]);
}
