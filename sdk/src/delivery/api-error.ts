/** The error in an answer, when it is provably our API's: an error with a code and the status of that code. Pure. */
import { API_ERRORS, type ApiErrorCode } from '@dataloaf/core/api';
import type { WireAnswer } from './transport.ts';

export interface ApiError {
  readonly code: ApiErrorCode;
  readonly message: string;
}

export function apiErrorOf({ status, body }: WireAnswer): ApiError | undefined {
  const { code, message } = asRecord(asRecord(body)?.['error']) ?? {};
  if (typeof code !== 'string' || typeof message !== 'string' || !isApiErrorCode(code)) return undefined;
  return API_ERRORS[code] === status ? { code, message } : undefined;
}

function isApiErrorCode(code: string): code is ApiErrorCode {
  return Object.hasOwn(API_ERRORS, code);
}

/** The members of a JSON value; undefined of one that has none. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? { ...value } : undefined;
}
