/** Parses one JSON object, or says what is wrong with the text. What it returns is not nested deeper than the wire allows. */
import { depthOf } from '@dataloaf/core/lambda/request-body';
import { DEPTH_MAX } from '@dataloaf/core/limits';
import { isObject, kindOf } from '@dataloaf/core/values/parsed';
import type { JsonObject } from './from/vendor-form.ts';
import type { Problem } from './outcome.ts';

/** On the wire, `{"events":[{"event_attributes":` surrounds the attributes, and the limit of the depth includes it. */
const DEPTH_AROUND = 3;

interface ParsedObject {
  readonly value: JsonObject;
}

export const isProblem = (value: Problem | ParsedObject): value is Problem => 'code' in value;

export function parseObject(text: string): ParsedObject | Problem {
  if (isDeep(text)) {
    return {
      code: 'too_deep',
      message: `Expected a line nested at most ${DEPTH_MAX - DEPTH_AROUND} levels deep, got a deeper one.`,
    };
  }
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return { value };
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
