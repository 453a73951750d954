/**
 * Turns NDJSON into events: one object a line. Blank lines are skipped. Values stay as they are, null included; only a number
 * that JSON.parse has changed is left out, and of a key that comes twice the last value stays.
 */
import { createHash } from 'node:crypto';
import type { Attributes } from '@dataloaf/core/api';
import { ID_BYTES_MAX } from '@dataloaf/core/limits';
import { withoutByteOrderMark } from './byte-order-mark.ts';
import type { JsonObject } from './from/vendor-form.ts';
import { removePath, valueAt } from './json-path.ts';
import { type ColumnMapping, isVendorMapping, type Mapping, roleColumns, type VendorMapping } from './mapping.ts';
import { type Change, type Line, type MappedEvent, type Outcome, type RecordReader, rejectLine } from './outcome.ts';
import { isProblem, parseObject } from './parse-object.ts';
import { readRoles } from './roles.ts';
import { mayHoldUnsafeNumber, removeUnsafeNumbers } from './unsafe-numbers.ts';
import { formOf, mappingOfLine, vendorAttributes } from './vendor-line.ts';

export class NdjsonReader implements RecordReader {
  readonly #toOutcome: (line: number, object: JsonObject) => Outcome;

  constructor(mapping: Mapping) {
    this.#toOutcome = isVendorMapping(mapping) ? vendorOutcome(mapping) : columnOutcome(mapping);
  }

  push(lines: readonly Line[]): Outcome[] {
    const outcomes: Outcome[] = [];
    for (const line of lines) {
      if (line.problem === undefined && line.text.trim() === '') continue;
      outcomes.push(this.#outcome(line));
    }
    return outcomes;
  }

  end(): Outcome[] {
    return [];
  }

  #outcome(line: Line): Outcome {
    const text = withoutByteOrderMark(line.text);
    const object = line.problem ?? parseObject(text);
    if (isProblem(object)) return rejectLine(line.number, object);
    const outcome = this.#toOutcome(line.number, object.value);
    if (outcome.kind !== 'event') return outcome;
    const removed = mayHoldUnsafeNumber(text) ? removeUnsafeNumbers(outcome.event.attributes) : 0;
    if (object.repeated + removed === 0) return outcome;
    const found = [...times(object.repeated, 'key_repeated'), ...times(removed, 'number_unsafe')];
    return withChanges(outcome.event, [...(outcome.changes ?? []), ...found]);
  }
}

const times = (count: number, change: Change): readonly Change[] => Array.from({ length: count }, () => change);

const withChanges = (event: MappedEvent, changes: readonly Change[]): Outcome =>
  changes.length === 0 ? { kind: 'event', event } : { kind: 'event', event, changes };

function columnOutcome(mapping: ColumnMapping): (line: number, object: JsonObject) => Outcome {
  const isRole = roleColumns(mapping);
  return (line, object) => {
    const roles = readRoles(mapping, object, valueAt);
    if ('code' in roles) return rejectLine(line, roles);
    return { kind: 'event', event: { line, ...roles, attributes: withoutRoles(object, isRole) as Attributes } };
  };
}

function vendorOutcome(mapping: VendorMapping): (line: number, object: JsonObject) => Outcome {
  const form = formOf(mapping);
  return (line, written) => {
    const object = form.prepare === undefined ? written : form.prepare(written);
    if (object === undefined) return { kind: 'left_out', line, why: 'not_an_event' };
    const columns = mappingOfLine(mapping, object);
    const roles = readRoles(columns, object, valueAt);
    if ('code' in roles) return rejectLine(line, roles);
    const { attributes, changes } = vendorAttributes(form, withoutRoles(object, roleColumns(columns)));
    const { ownId } = roles;
    // An id that a person names with --id is theirs, and stays unchanged.
    const isLong = mapping.id === undefined && ownId !== undefined && Buffer.byteLength(ownId) > ID_BYTES_MAX;
    if (isLong) changes.push('id_hashed');
    const event = { line, ...roles, ownId: isLong ? hashOf(ownId) : ownId, attributes: attributes as Attributes };
    return withChanges(event, changes);
  };
}

/** 64 characters: the longest id that the API takes. */
const hashOf = (id: string): string => createHash('sha256').update(id).digest('hex');

/** The object without the values that have a role. */
function withoutRoles(object: JsonObject, isRole: ReadonlySet<string>): JsonObject {
  for (const column of isRole) {
    if (column.includes('.') && !Object.hasOwn(object, column)) removePath(object, column);
  }
  return Object.fromEntries(Object.entries(object).filter(([name]) => !isRole.has(name)));
}
