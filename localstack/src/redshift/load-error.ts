/** A row or an object that COPY refuses, with the details for `sys_load_error_detail`. */
import { DataLoafError } from '@dataloaf/core/errors';

/** Redshift's codes and messages (AWS documentation, "Load error reference"). */
export const LOAD_ERRORS = {
  missing_object: [1200, 'The specified key does not exist.'],
  not_gzip: [1206, 'Not a gzip file, or a damaged one.'],
  bad_json: [1216, 'Invalid JSON object.'],
  row_too_large: [1217, 'JSON object size exceeds the limit of 4194304 bytes.'],
  bad_utf8: [1220, 'String contains invalid or unsupported UTF8 codepoints.'],
  null_byte: [1204, 'Invalid null byte - field longer than 1 byte.'],
  too_long: [1204, 'String length exceeds DDL length.'],
  missing_value: [1213, 'Missing data for not-null field.'],
  bad_integer: [1207, 'Invalid digit for an integer.'],
  bad_number: [1207, 'Invalid digit for a number.'],
  bad_boolean: [1210, 'Invalid boolean value.'],
  bad_timestamp: [1206, 'Invalid timestamp format or value [YYYY-MM-DD HH24:MI:SS].'],
  bad_date: [1205, 'Invalid date format or value [YYYY-MM-DD].'],
  bad_super: [1224, 'Invalid value for a SUPER column.'],
} as const satisfies Record<string, readonly [number, string]>;

export type LoadErrorKind = keyof typeof LOAD_ERRORS;

export interface LoadErrorColumn {
  readonly name: string;
  readonly type: string;
}

/** What is wrong with one value or object; the reader adds the position. */
export class RowError extends DataLoafError {
  override readonly name = 'RowError';
  readonly kind: LoadErrorKind;
  readonly column: LoadErrorColumn | undefined;

  constructor(kind: LoadErrorKind, options: { readonly column?: LoadErrorColumn; readonly cause?: unknown } = {}) {
    super(kind, LOAD_ERRORS[kind][1], { cause: options.cause });
    this.kind = kind;
    this.column = options.column;
  }
}

/** The whole failed COPY: the client gets the message, `sys_load_error_detail` gets the details. */
export class LoadError extends DataLoafError {
  override readonly name = 'LoadError';
  readonly detail: LoadErrorDetail;

  constructor(table: string, detail: LoadErrorDetail, cause: unknown) {
    super(
      'load_failed',
      `Load into table '${table}' failed.  Check 'sys_load_error_detail' system table for details.`,
      { cause },
    );
    this.detail = detail;
  }
}

export interface LoadErrorDetail {
  readonly table: string;
  readonly file: string;
  readonly line: number;
  readonly column: LoadErrorColumn | undefined;
  readonly code: number;
  readonly message: string;
}
