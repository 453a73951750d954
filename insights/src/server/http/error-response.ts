/** The one place where an error becomes an answer, and the one log of it. Never a stack, never a statement. */
import type { ErrorAnswer } from '@dataloaf/core/api';
import { DataLoafError, RequestError, WarehouseError } from '@dataloaf/core/errors';
import type { Log } from '@dataloaf/core/log';
import type { ErrorRequestHandler, RequestHandler } from 'express';

export const answerNotFound: RequestHandler = (request) => {
  throw new RequestError(404, 'not_found', { message: `There is nothing at ${request.path.slice(0, 200)}.` });
};

/** Express tells an error handler by its four parameters. */
export function answerError(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    const status = statusOf(error);
    if (status >= 500) log.error({ err: error, path: request.path, status }, 'request failed');
    // The head is on its way, so the only honest answer is a broken connection.
    if (response.headersSent) return next(error);
    response.status(status).set('Cache-Control', 'no-store').json(bodyOf(error, status));
  };
}

function statusOf(error: unknown): number {
  if (error instanceof RequestError) return error.status;
  if (error instanceof WarehouseError) return error.isRetryable ? 503 : 502;
  if (error instanceof DataLoafError) return 502;
  return clientFault(error) ?? 500;
}

/** Express and its static files throw plain errors with a status for bad paths and ranges. */
function clientFault(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('status' in error)) return undefined;
  const { status } = error;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

function bodyOf(error: unknown, status: number): ErrorAnswer {
  if (!(error instanceof DataLoafError)) {
    return status >= 500
      ? { error: { code: 'internal', message: 'Insights failed.', hint: 'Its log has the reason.' } }
      : { error: { code: 'request_invalid', message: 'The request cannot be read.' } };
  }
  const { code, message, hint } = error;
  return { error: { code, message, ...(hint === undefined ? {} : { hint }) } };
}
