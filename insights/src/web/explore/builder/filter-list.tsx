/** A filter as chips. A click on a chip opens its form; a filter that is nested is one text. */
import { useSignal } from '@preact/signals';
import type { EventsAnswer } from '../../../query/answer/event-names.ts';
import type { Filter } from '../../../query/model/filter.ts';
import { formatFilter } from '../../../query/url/filter.ts';
import { Lazy } from '../../parts/lazy.tsx';
import type { AttributeSource } from './attribute-source.ts';
import { type FlatCondition, flatten, unflatten } from './flat-filter.ts';

interface FilterListProps {
  readonly id: string;
  readonly label: string;
  readonly filter: Filter | undefined;
  readonly events: EventsAnswer | undefined;
  readonly source: AttributeSource;
  readonly hasEvents: boolean;
  readonly change: (filter: Filter | undefined) => void;
}

/** The position of the chip that is edited, `new`, or `text` for the whole filter. */
type Edited = number | 'new' | 'text' | undefined;

const loadEditor = async () => (await import('./filter-editor.tsx')).FilterEditor;
const loadText = async () => (await import('./filter-editor.tsx')).FilterText;

export function FilterList(props: FilterListProps) {
  const { id, label, filter, events, source, hasEvents, change } = props;
  const edited = useSignal<Edited>(undefined);
  const flat = flatten(filter);
  const close = (): void => {
    edited.value = undefined;
  };
  if (edited.value === 'text' || flat === undefined) {
    return <Lazy load={loadText} props={{ id, label, filter, change, close }} />;
  }
  const { join, conditions } = flat;
  const replace = (at: number, by: readonly FlatCondition[]): void =>
    change(unflatten({ join, conditions: [...conditions.slice(0, at), ...by, ...conditions.slice(at + 1)] }));
  const applyAt = (at: number) => (applied: Filter) => {
    close();
    replace(at, flatten(applied)?.conditions ?? []);
  };
  const editorOf = (at: number, before: FlatCondition | undefined) => (
    <Lazy
      key={at}
      load={loadEditor}
      props={{ id: `${id}-${at}`, events, source, hasEvents, before, apply: applyAt(at), cancel: close }}
    />
  );
  return (
    <fieldset class="filters">
      <legend class="label">{label}</legend>
      {conditions.map((condition, at) =>
        edited.value === at ? (
          editorOf(at, condition)
        ) : (
          <Chip
            key={chipText(condition)}
            text={chipText(condition)}
            joint={at === 0 ? undefined : join}
            edit={() => {
              edited.value = at;
            }}
            remove={() => replace(at, [])}
            toggleJoin={() => change(unflatten({ join: join === 'and' ? 'or' : 'and', conditions }))}
          />
        ),
      )}
      {edited.value === 'new' ? editorOf(conditions.length, undefined) : null}
      {edited.value === undefined ? (
        <div class="buttons">
          <button
            type="button"
            class="plain"
            onClick={() => {
              edited.value = 'new';
            }}
          >
            + Filter
          </button>
          {conditions.length === 0 ? null : (
            <button
              type="button"
              class="plain"
              onClick={() => {
                edited.value = 'text';
              }}
            >
              Edit as text
            </button>
          )}
        </div>
      ) : null}
    </fieldset>
  );
}

const chipText = ({ condition, isNegated }: FlatCondition): string =>
  formatFilter(isNegated ? { kind: 'not', part: condition } : condition).replace(/^(not )?event\./, '$1');

interface ChipProps {
  readonly text: string;
  /** How it is joined with the one before; undefined for the first. */
  readonly joint: 'and' | 'or' | undefined;
  readonly edit: () => void;
  readonly remove: () => void;
  readonly toggleJoin: () => void;
}

function Chip({ text, joint, edit, remove, toggleJoin }: ChipProps) {
  return (
    <div class="chip-row">
      {joint === undefined ? null : (
        <button type="button" class="joint" title="Switch between and, or" onClick={toggleJoin}>
          {joint}
        </button>
      )}
      <span class="chip">
        <button type="button" class="text" title="Edit this filter" onClick={edit}>
          {text}
        </button>
        <button type="button" class="remove" aria-label={`Remove the filter ${text}`} onClick={remove}>
          ×
        </button>
      </span>
    </div>
  );
}
