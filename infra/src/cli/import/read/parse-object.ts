/** Parses one JSON object, or says what is wrong with the text. What it returns is not nested deeper than the wire allows. */
import { DEPTH_MAX } from '@dataloaf/core/limits';
import { namesIn, shapeOf } from '@dataloaf/core/values/json-shape';
import { isObject, kindOf } from '@dataloaf/core/values/parsed';
import type { JsonObject } from './from/vendor-form.ts';
import type { Problem } from './outcome.ts';

/** On the wire, `{"events":[{"event_attributes":` surrounds the attributes, and the limit of the depth includes it. */
const DEPTH_AROUND = 3;

interface ParsedObject {
  readonly value: JsonObject;
  /** Keys that came again in the same object. JSON.parse keeps the last value and drops the others in silence. */
  readonly repeated: number;
}

export const isProblem = (value: Problem | ParsedObject): value is Problem => 'code' in value;

export function parseObject(text: string): ParsedObject | Problem {
  const { depth, members } = shapeOf(text);
  if (depth > DEPTH_MAX - DEPTH_AROUND) {
    return {
      code: 'too_deep',
      message: `Expected a line nested at most ${DEPTH_MAX - DEPTH_AROUND} levels deep, got a deeper one.`,
    };
  }
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return { value, repeated: members - namesIn(value) };
    return { code: 'not_an_object', message: `Expected a JSON object on each line, got ${kindOf(value)}.` };
  } catch {
    // The message of JSON.parse would quote the line.
    return { code: 'not_json', message: 'Expected a JSON object on each line, got something that is not JSON.' };
  }
}
