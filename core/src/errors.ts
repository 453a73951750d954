/**
 * The error classes of all folders. An expected outcome is a return value; an error means that something expected did not
 * hold. Its message says what was expected, what was found and where. Its `hint` says what a person can do. Its `context`
 * never contains a secret or a whole payload.
 */

export interface ErrorDetails {
  readonly hint?: string;
  readonly cause?: unknown;
  readonly context?: Readonly<Record<string, string | number | boolean | undefined>>;
}

export abstract class DataLoafError extends Error {
  /** Written out in each class: a minifier changes the name of the class itself. */
  abstract override readonly name: string;
  readonly code: string;
  readonly hint: string | undefined;
  readonly context: Readonly<Record<string, string | number | boolean | undefined>>;

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
    this.context = details.context ?? {};
  }
}

/** A setting is missing or invalid, and an operator can fix it. */
export class ConfigError extends DataLoafError {
  /** The SDK exports the class, also in a minified form. */
  static override readonly name = 'ConfigError';
  override readonly name = 'ConfigError';
}

/** The HTTP request cannot be served; `status` is the status of the response. */
export class RequestError extends DataLoafError {
  override readonly name = 'RequestError';
  readonly status: number;

  constructor(status: number, code: string, details: ErrorDetails & { readonly message: string }) {
    super(code, details.message, details);
    this.status = status;
  }
}

/** The warehouse refused or lost a statement. With `isRetryable`, the same statement may succeed later. */
export class WarehouseError extends DataLoafError {
  override readonly name = 'WarehouseError';
  readonly isRetryable: boolean;
  /** Name of the failed statement, when a statement failed. */
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

/** A stored object or a state file is not in the format of this version. */
export class StorageError extends DataLoafError {
  override readonly name = 'StorageError';
}

/** By shape: an error of another realm, such as the sandbox of a test, is no instance of our Error. */
export function isError(value: unknown): value is Error {
  return typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string';
}

/** The message of anything that was thrown. Never throws. */
export function messageOf(error: unknown): string {
  try {
    return isError(error) ? error.message : String(error);
  } catch {
    // A proxy, a getter that throws, or an object without a prototype.
    return 'a value that cannot be shown';
  }
}
