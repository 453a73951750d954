/** The outermost edge of an HTTP Lambda: every error becomes an answer, and is logged once. */
import { RequestError } from './errors.ts';
import { errorAnswer, type HttpAnswer } from './http.ts';
import type { Log } from './log.ts';

export async function answerErrors(log: Log, handle: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
  try {
    return await handle();
  } catch (error) {
    if (error instanceof RequestError) {
      log[error.status >= 500 ? 'error' : 'info'](
        { code: error.code, status: error.status, cause: error.cause },
        'request refused',
      );
      return errorAnswer(error);
    }
    log.error({ err: error }, 'request failed');
    return errorAnswer(
      new RequestError(500, 'internal_error', { message: 'Something went wrong on our side. Send it again.' }),
    );
  }
}
