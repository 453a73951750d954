/** The one place that turns an error into a response and reports it. A response never holds a stack or a SQL statement. */
import type { ErrorAnswer } from '@dataloaf/core/api';
import { DataLoafError, RequestError, WarehouseError } from '@dataloaf/core/errors';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { RETRY_AFTER_S } from '../limits.ts';
import type { FailureReport } from './report-failures.ts';

export const respondNotFound: RequestHandler = (request) => {
  throw new RequestError(404, 'not_found', { message: `No page or route at ${request.path.slice(0, 200)}.` });
};

/** Express recognizes an error handler by its four parameters. */
export function respondWithError(report: FailureReport): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    const status = statusOf(error);
    if (status >= 500) report(error, { path: request.path, status });
    // The headers are sent already, so only a broken connection can show the failure.
    if (response.headersSent) return next(error);
    if (status === 503) response.set('Retry-After', String(RETRY_AFTER_S));
    response.status(status).set('Cache-Control', 'no-store').json(bodyOf(error, status));
  };
}

function statusOf(error: unknown): number {
  if (error instanceof RequestError) return error.status;
  if (error instanceof WarehouseError) return error.isRetryable ? 503 : 502;
  if (error instanceof DataLoafError) return 502;
  return clientFault(error) ?? 500;
}

/** Express and its static file handler throw plain errors with a status for bad paths and ranges. */
function clientFault(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('status' in error)) return undefined;
  const { status } = error;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

function bodyOf(error: unknown, status: number): ErrorAnswer {
  if (!(error instanceof DataLoafError)) {
    return status >= 500
      ? {
          error: {
            code: 'internal',
            message: 'Internal error in Insights.',
            hint: 'The log of Insights has the details.',
          },
        }
      : { error: { code: 'request_invalid', message: 'Invalid request.' } };
  }
  const { code, message, hint } = error;
  return { error: { code, message, ...(hint === undefined ? {} : { hint }) } };
}
