/** Runs the caller's schemas: zod, valibot, arktype and others follow Standard Schema (version 1, standardschema.dev). */
import { messageOf } from '@dataloaf/core/errors';
import { isThenable } from '../thenable.ts';
import type { Draft, SchemaIssue, SchemaResult, StandardSchema } from '../types.ts';

/** A schema is an object or a function, depending on the library. */
export function isStandardSchema(value: unknown): value is StandardSchema {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  const standard: unknown = Reflect.get(value, '~standard');
  if (typeof standard !== 'object' || standard === null) return false;
  return Reflect.get(standard, 'version') === 1 && typeof Reflect.get(standard, 'validate') === 'function';
}

export type SchemaViolation = { readonly kind: 'violation'; readonly message: string };

type EventDraft = Extract<Draft, { kind: 'event' }>;

/** The event with the attributes that the schema returns (defaults filled in, unknown ones gone), or its issues. */
export function validateEvent(draft: EventDraft, schema: StandardSchema): EventDraft | SchemaViolation {
  const result = run(schema, draft.attributes ?? {});
  if (isThenable(result)) {
    Promise.resolve(result).catch(() => undefined); // The refusal of the promise is the report; its own failure is not.
    return violation(`the schema of ${draft.name} must validate synchronously, it returned a promise`);
  }
  if (result.issues !== undefined) return violation(result.issues.slice(0, 5).map(describe).join('; '));
  // The rules of the wire come next and check the value.
  return { ...draft, attributes: result.value as EventDraft['attributes'] };
}

/** A schema that throws refuses. */
function run(schema: StandardSchema, value: unknown): SchemaResult | Promise<SchemaResult> {
  try {
    return schema['~standard'].validate(value);
  } catch (error) {
    return { issues: [{ message: messageOf(error) }] };
  }
}

function violation(message: string): SchemaViolation {
  return { kind: 'violation', message };
}

function describe({ message, path }: SchemaIssue): string {
  const keys = (path ?? []).map((step) => String(typeof step === 'object' ? step.key : step));
  return keys.length === 0 ? message : `${keys.join('.')}: ${message}`;
}
