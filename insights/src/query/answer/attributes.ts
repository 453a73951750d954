/** From rows of attributes to what `GET /api/attributes` returns. */
import { textOf } from '@dataloaf/core/warehouse/rows';
import type { Row } from '@dataloaf/core/warehouse/warehouse';
import { KEY_BYTES_MAX } from '../model/attribute.ts';
import type { Scalar } from '../model/filter.ts';
import { ATTRIBUTE_VALUES_MAX } from '../model/limits.ts';

export interface AttributesAnswer {
  /** Of the event, or of all events. */
  readonly event: readonly KnownAttribute[];
  readonly user: readonly KnownAttribute[];
}

export interface KnownAttribute {
  readonly key: string;
  /** The most frequent first: string, number, boolean, array, object, null. */
  readonly types: readonly string[];
  /** Frequent values, the most frequent first. */
  readonly values: readonly Scalar[];
  /** False for a key that is too long for a path: Redshift cannot read it. */
  readonly isUsable: boolean;
}

/** @throws WarehouseError */
export function attributesOf(rows: readonly Row[]): readonly KnownAttribute[] {
  const found = new Map<string, { types: Set<string>; values: Scalar[] }>();
  for (const row of rows) {
    const key = textOf(row['attr']);
    const known = found.get(key) ?? { types: new Set<string>(), values: [] };
    const type = textOf(row['type']);
    found.set(key, known);
    known.types.add(type);
    const value = row['value'] === null ? undefined : scalarOf(type, textOf(row['value']));
    if (value !== undefined && known.values.length < ATTRIBUTE_VALUES_MAX) known.values.push(value);
  }
  return [...found].map(([key, { types, values }]) => ({
    key,
    types: [...types],
    values,
    isUsable: new TextEncoder().encode(key).length <= KEY_BYTES_MAX,
  }));
}

function scalarOf(type: string, text: string): Scalar | undefined {
  switch (type) {
    case 'string':
      return text;
    case 'boolean':
      return text === 'true';
    case 'number':
      return Number(text);
    default:
      return undefined;
  }
}
