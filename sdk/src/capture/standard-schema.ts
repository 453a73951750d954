/** The part of Standard Schema (version 1, standardschema.dev) that is used: zod, valibot, arktype and others have it. */
import { messageOf } from '@dataloaf/core/errors';
import type { Draft } from '../types.ts';

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

type Result = { readonly value: unknown; readonly issues?: undefined } | { readonly issues: readonly Issue[] };

export interface StandardSchema {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => Result | Promise<Result>;
  };
}

/** Some are functions, some are objects. */
export function isStandardSchema(value: unknown): value is StandardSchema {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  const standard: unknown = Reflect.get(value, '~standard');
  if (typeof standard !== 'object' || standard === null) return false;
  return Reflect.get(standard, 'version') === 1 && typeof Reflect.get(standard, 'validate') === 'function';
}

export type SchemaViolation = { readonly kind: 'violation'; readonly message: string };

type EventDraft = Extract<Draft, { kind: 'event' }>;

/** The event with its attributes as the schema gives them back (defaults filled in, unknown ones gone), or what is wrong. */
export function validateEvent(draft: EventDraft, schema: StandardSchema): EventDraft | SchemaViolation {
  const result = run(schema, draft.attributes ?? {});
  if (result instanceof Promise) {
    result.catch(() => undefined); // Only told that it may not be one.
    return violation(`the schema of ${draft.name} must validate synchronously, it answered with a promise`);
  }
  if (result.issues !== undefined) return violation(result.issues.slice(0, 5).map(describe).join('; '));
  // The rules of the wire, which come next, check what it is.
  return { ...draft, attributes: result.value as EventDraft['attributes'] };
}

/** A schema that throws refuses. */
function run(schema: StandardSchema, value: unknown): Result | Promise<Result> {
  try {
    return schema['~standard'].validate(value);
  } catch (error) {
    return { issues: [{ message: messageOf(error) }] };
  }
}

function violation(message: string): SchemaViolation {
  return { kind: 'violation', message };
}

function describe({ message, path }: Issue): string {
  const keys = (path ?? []).map((step) => String(typeof step === 'object' ? step.key : step));
  return keys.length === 0 ? message : `${keys.join('.')}: ${message}`;
}
