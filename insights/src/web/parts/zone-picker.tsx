/** The time zone of a question. */
import { isZone } from '../../query/time/offsets.ts';
import { Picker } from './picker.tsx';

interface ZonePickerProps {
  readonly zone: string;
  readonly choose: (zone: string) => void;
}

export function ZonePicker({ zone, choose }: ZonePickerProps) {
  const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const names = [...new Set(['UTC', own, ...Intl.supportedValuesOf('timeZone')])].filter(isZone);
  return (
    <Picker
      id="zone"
      label="Time zone"
      name={zone}
      options={names.map((name) => ({ key: name, name, detail: name === own ? 'this browser' : '' }))}
      chosen={zone}
      choose={choose}
      create={(text) => (isZone(text) ? { key: text, name: text } : undefined)}
    />
  );
}
