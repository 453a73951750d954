/** State and keys of a picker: an editable combobox with a list, as the WAI-ARIA pattern describes it. */
import { useSignal } from '@preact/signals';
import { searchNames } from './search-names.ts';

export interface PickerOption {
  /** What the option stands for, unique in its list. */
  readonly key: string;
  readonly name: string;
  /** Such as a count, at the right edge. */
  readonly detail?: string;
  /** Why it cannot be picked; undefined when it can. */
  readonly disabled?: string | undefined;
}

export interface ComboboxProps {
  readonly options: readonly PickerOption[];
  readonly chosen: string | undefined;
  readonly choose: (key: string) => void;
  /** Makes an option from what was typed when nothing in the list has that name; undefined when it cannot be one. */
  readonly create?: ((text: string) => PickerOption | undefined) | undefined;
}

export function useCombobox({ options, chosen, choose, create }: ComboboxProps) {
  const isOpen = useSignal(false);
  const text = useSignal('');
  const active = useSignal(0);
  const found = searchNames(options, text.value);
  const isNamed = found.some(({ name }) => name === text.value);
  const created = text.value === '' || isNamed ? undefined : create?.(text.value);
  const shown = created === undefined ? found : [...found, created];

  const open = (): void => {
    if (isOpen.value) return;
    text.value = '';
    active.value = Math.max(
      0,
      options.findIndex(({ key }) => key === chosen),
    );
    isOpen.value = true;
  };
  const close = (): void => {
    isOpen.value = false;
  };
  const pick = (option: PickerOption | undefined): void => {
    if (option?.disabled !== undefined) return;
    close();
    if (option !== undefined && option.key !== chosen) choose(option.key);
  };
  const move = (step: number): void => {
    if (isOpen.value) active.value = Math.min(shown.length - 1, Math.max(0, active.value + step));
    else open();
  };
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: () => (isOpen.value ? pick(shown[active.value]) : open()),
    Escape: close,
  };
  return {
    isOpen: isOpen.value,
    text: text.value,
    active: active.value,
    shown,
    open,
    close,
    pick,
    type(typed: string): void {
      isOpen.value = true;
      active.value = 0;
      text.value = typed;
    },
    /** Returns whether the combobox handles the key. */
    press(key: string): boolean {
      keys[key]?.();
      return key in keys;
    },
  };
}
