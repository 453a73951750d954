/** Turns NDJSON into events: one object a line. Blank lines are skipped; values stay as they are, null included. */
import type { Attributes } from '@dataloaf/core/api';
import { depthOf } from '@dataloaf/core/lambda/request-body';
import { DEPTH_MAX } from '@dataloaf/core/limits';
import { isObject, kindOf } from '@dataloaf/core/values/parsed';
import { type Mapping, roleColumns } from './mapping.ts';
import { type Line, type Outcome, type Problem, type RecordReader, rejectLine } from './outcome.ts';
import { readRoles, type ValueIn } from './roles.ts';

/** On the wire, `{"events":[{"event_attributes":` surrounds the attributes, and the limit of the depth includes it. */
const DEPTH_AROUND = 3;

const valueIn: ValueIn<Readonly<Record<string, unknown>>> = (object, column) =>
  Object.hasOwn(object, column) ? object[column] : undefined;

export class NdjsonReader implements RecordReader {
  readonly #mapping: Mapping;
  readonly #isRole: ReadonlySet<string>;

  constructor(mapping: Mapping) {
    this.#mapping = mapping;
    this.#isRole = roleColumns(mapping);
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
    const object = line.problem ?? parseObject(line.text);
    if (isProblem(object)) return rejectLine(line.number, object);
    const roles = readRoles(this.#mapping, object.value, valueIn);
    if ('code' in roles) return rejectLine(line.number, roles);
    const pairs = Object.entries(object.value).filter(([name]) => !this.#isRole.has(name));
    return { kind: 'event', event: { line: line.number, ...roles, attributes: Object.fromEntries(pairs) } };
  }
}

interface ParsedObject {
  readonly value: Attributes;
}

const isProblem = (value: Problem | ParsedObject): value is Problem => 'code' in value;

function parseObject(text: string): ParsedObject | Problem {
  if (isDeep(text)) {
    return {
      code: 'too_deep',
      message: `Expected a line nested at most ${DEPTH_MAX - DEPTH_AROUND} levels deep, got a deeper one.`,
    };
  }
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return { value: value as Attributes };
    return { code: 'not_an_object', message: `Expected a JSON object on each line, got ${kindOf(value)}.` };
  } catch {
    // The message of JSON.parse would quote the line.
    return { code: 'not_json', message: 'Expected a JSON object on each line, got something that is not JSON.' };
  }
}

/** Measures the depth only if the line has enough brackets to exceed the limit. */
function isDeep(text: string): boolean {
  let brackets = 0;
  for (let at = text.search(/[[{]/); at !== -1 && brackets <= DEPTH_MAX; brackets += 1) at = nextBracket(text, at + 1);
  return brackets > DEPTH_MAX - DEPTH_AROUND && depthOf(Buffer.from(text)) > DEPTH_MAX - DEPTH_AROUND;
}

function nextBracket(text: string, from: number): number {
  const object = text.indexOf('{', from);
  const array = text.indexOf('[', from);
  if (object === -1) return array;
  return array === -1 ? object : Math.min(object, array);
}
