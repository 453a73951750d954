/** An attribute of events or users. Keys that the catalogue does not list can be typed, as can a path such as cart.total. */
import type { AttributesAnswer, KnownAttribute } from '../../../query/answer/attributes.ts';
import { type Attribute, KEY_BYTES_MAX } from '../../../query/model/attribute.ts';
import { formatAttribute, parseAttribute } from '../../../query/url/attribute.ts';
import type { PickerOption } from '../../parts/combobox.ts';
import { Picker } from '../../parts/picker.tsx';
import { attributeName } from '../../words/measures.ts';

interface AttributePickerProps {
  readonly id: string;
  readonly label: string;
  readonly chosen: Attribute | undefined;
  /** Undefined until the server has answered. */
  readonly attributes: AttributesAnswer | undefined;
  /** Whether attributes of events can be chosen; those of users always can. */
  readonly hasEvents: boolean;
  /** Only attributes that have numbers are listed first. */
  readonly isOfNumbers?: boolean;
  /** Options before the attributes. */
  readonly before?: readonly PickerOption[];
  /** What is chosen while no attribute is: one of `before`. */
  readonly none?: PickerOption;
  readonly choose: (attribute: Attribute) => void;
  readonly chooseOther?: (key: string) => void;
  readonly onOpen: () => void;
}

export function AttributePicker(props: AttributePickerProps) {
  const { id, label, chosen, attributes, hasEvents, before = [], none } = props;
  const options = [
    ...before,
    ...(hasEvents ? optionsOf('event', attributes?.event ?? [], props.isOfNumbers) : []),
    ...optionsOf('user', attributes?.user ?? [], props.isOfNumbers),
  ];
  const choose = (key: string): void => {
    const parsed = parseAttribute(label, key);
    if (before.some((option) => option.key === key) || !parsed.ok) props.chooseOther?.(key);
    else props.choose(parsed.value);
  };
  return (
    <Picker
      id={id}
      label={label}
      name={chosen === undefined ? (none?.name ?? 'Choose an attribute') : attributeName(chosen)}
      options={options}
      chosen={chosen === undefined ? none?.key : formatAttribute(chosen)}
      choose={choose}
      create={(text) => createdFrom(text, hasEvents)}
      note={attributes === undefined ? 'Loading …' : undefined}
      onOpen={props.onOpen}
    />
  );
}

function optionsOf(
  of: Attribute['of'],
  known: readonly KnownAttribute[],
  isOfNumbers: boolean | undefined,
): readonly PickerOption[] {
  const options = known.map(({ key, types, isUsable }) => ({
    hasNumbers: types.includes('number'),
    option: {
      key: formatAttribute({ of, path: [key], asNumber: false }),
      name: attributeName({ of, path: [key], asNumber: false }),
      detail: types.filter((type) => type !== 'null').join(', '),
      disabled: isUsable ? undefined : `A key above ${KEY_BYTES_MAX} bytes cannot be read by the warehouse.`,
    },
  }));
  const sorted =
    isOfNumbers === true ? options.toSorted((a, b) => Number(b.hasNumbers) - Number(a.hasNumbers)) : options;
  return sorted.map(({ option }) => option);
}

/** `total` and `cart.total` are of events, `user.plan` of users. */
function createdFrom(text: string, hasEvents: boolean): PickerOption | undefined {
  const forms = [
    text,
    `${hasEvents ? 'event' : 'user'}.${text}`,
    `${hasEvents ? 'event' : 'user'}.${JSON.stringify(text)}`,
  ];
  for (const form of forms) {
    const parsed = parseAttribute('attribute', form);
    if (!parsed.ok || (!hasEvents && parsed.value.of === 'event')) continue;
    return { key: formatAttribute(parsed.value), name: attributeName(parsed.value), detail: 'as typed' };
  }
  return undefined;
}
