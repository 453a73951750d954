/** A searchable list to pick one thing from. */
import { useEffect, useRef } from 'preact/hooks';
import { type ComboboxProps, type PickerOption, useCombobox } from './combobox.ts';

interface PickerProps extends ComboboxProps {
  /** Of the input, unique on the page. */
  readonly id: string;
  readonly label: string;
  /** The name of what is chosen, or what is shown while nothing is. */
  readonly name: string;
  /** Below the list. */
  readonly note?: string | undefined;
  /** Called when the list opens, so that its options can be loaded. */
  readonly onOpen?: () => void;
}

export function Picker({ id, label, name, note, onOpen, ...props }: PickerProps) {
  const combobox = useCombobox(props);
  const { isOpen, active, shown } = combobox;
  const open = (): void => {
    onOpen?.();
    combobox.open();
  };
  return (
    <div class="field picker">
      <label class="label" for={id}>
        {label}
      </label>
      <input
        id={id}
        type="text"
        role="combobox"
        autocomplete="off"
        spellcheck={false}
        aria-expanded={isOpen}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && shown.length > 0 ? `${id}-${active}` : undefined}
        placeholder={isOpen ? `Search (now: ${name})` : undefined}
        value={isOpen ? combobox.text : name}
        onFocus={(event) => {
          onOpen?.();
          // What is typed replaces the name that is shown.
          event.currentTarget.select();
        }}
        onInput={(event) => combobox.type(event.currentTarget.value)}
        onClick={open}
        onBlur={combobox.close}
        onKeyDown={(event) => {
          if (combobox.press(event.key)) event.preventDefault();
        }}
      />
      {isOpen ? <OptionList {...combobox} id={id} label={label} chosen={props.chosen} note={note} /> : null}
    </div>
  );
}

interface OptionListProps {
  readonly id: string;
  readonly label: string;
  readonly shown: readonly PickerOption[];
  readonly active: number;
  readonly chosen: string | undefined;
  readonly note: string | undefined;
  readonly pick: (option: PickerOption) => void;
}

function OptionList({ id, label, shown, active, chosen, note, pick }: OptionListProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => list.current?.children[active]?.scrollIntoView({ block: 'nearest' }), [active]);
  return (
    <div class="options" id={`${id}-list`} role="listbox" aria-label={label} ref={list} tabIndex={-1}>
      {shown.map((option, index) => (
        <div
          key={option.key}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          class={index === active ? 'active' : ''}
          aria-selected={option.key === chosen}
          aria-disabled={option.disabled !== undefined}
          title={option.disabled}
          // Comes before the input loses its focus, which would close the list under the pointer.
          onPointerDown={(event) => {
            event.preventDefault();
            pick(option);
          }}
        >
          <span class="name">{option.name}</span>
          <span class="count">{option.detail ?? ''}</span>
        </div>
      ))}
      {shown.length === 0 ? <p>Nothing matches</p> : null}
      {note === undefined ? null : <p>{note}</p>}
    </div>
  );
}
