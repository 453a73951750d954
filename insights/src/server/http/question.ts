/** The question in the query string of a request. */
import { RequestError } from '@dataloaf/core/errors';
import type { Request } from 'express';
import { kindOf } from '../../query/kinds.ts';
import type { Parsed } from '../../query/url/params.ts';
import { searchOf } from './search.ts';

const EXAMPLE = '?event=purchase&measure=users&period=30d&by=day&breakdown=event.country';

/** @throws RequestError with what was expected */
export function questionOf(request: Request) {
  const search = searchOf(request);
  const kind = accepted(kindOf(search), EXAMPLE);
  return { kind, query: accepted(kind.parse(search), kind.example) };
}

function accepted<Value>(parsed: Parsed<Value>, example: string): Value {
  if (parsed.ok) return parsed.value;
  throw new RequestError(400, 'query_invalid', { message: parsed.reason, hint: `For example ${example}` });
}
