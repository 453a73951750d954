/**
 * The one family of errors. Expected outcomes are values; an error is a broken promise, and says what was expected, what
 * came, where, and, when a person can act, what to do. `context` never holds a secret or a whole payload.
 */

export interface ErrorDetails {
  readonly hint?: string;
  readonly cause?: unknown;
  readonly context?: Readonly<Record<string, string | number | boolean | undefined>>;
}

export abstract class DataLoafError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly context: Readonly<Record<string, string | number | boolean | undefined>>;

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = details.hint;
    this.context = details.context ?? {};
  }
}

/** A setting is missing or wrong: an operator can mend it. */
export class ConfigError extends DataLoafError {}

/** The HTTP request cannot be answered as asked; `status` is the answer's. */
export class RequestError extends DataLoafError {
  readonly status: number;

  constructor(status: number, code: string, details: ErrorDetails & { readonly message: string }) {
    super(code, details.message, details);
    this.status = status;
  }
}

/** The warehouse refused or lost a statement. `isRetryable` tells whether the same statement may pass later. */
export class WarehouseError extends DataLoafError {
  readonly isRetryable: boolean;
  /** Name of the statement that failed, when one did. */
  readonly statement: string | undefined;

  constructor(
    code: string,
    message: string,
    details: ErrorDetails & { readonly isRetryable: boolean; readonly statement?: string | undefined },
  ) {
    super(code, message, details);
    this.isRetryable = details.isRetryable;
    this.statement = details.statement;
  }
}

/** A stored object or state is not what this version writes. */
export class StorageError extends DataLoafError {}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
