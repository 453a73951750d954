/** State and keys of the event picker: an editable combobox with a list, as the WAI-ARIA pattern describes it. */
import { useSignal } from '@preact/signals';
import { searchNames } from './search-names.ts';

export interface EventOption {
  /** Undefined for all events. */
  readonly event: string | undefined;
  readonly name: string;
  readonly count: number | undefined;
}

export interface ComboboxProps {
  readonly options: readonly EventOption[];
  readonly chosen: string | undefined;
  readonly choose: (event: string | undefined) => void;
}

export function useCombobox({ options, chosen, choose }: ComboboxProps) {
  const isOpen = useSignal(false);
  const text = useSignal('');
  const active = useSignal(0);
  const shown = searchNames(options, text.value);

  const open = (): void => {
    if (isOpen.value) return;
    text.value = '';
    active.value = Math.max(
      0,
      options.findIndex((option) => option.event === chosen),
    );
    isOpen.value = true;
  };
  const close = (): void => {
    isOpen.value = false;
  };
  const pick = (option: EventOption | undefined): void => {
    close();
    if (option !== undefined && option.event !== chosen) choose(option.event);
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
