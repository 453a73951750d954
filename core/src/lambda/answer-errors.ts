/** The outermost layer of an HTTP Lambda: it turns every error into a response and logs it once. */
import { messageOf, RequestError } from '../errors.ts';
import type { Log } from '../log.ts';
import { errorAnswer, type HttpAnswer } from './api-gateway.ts';

export async function answerErrors(
  log: Pick<Log, 'info' | 'error'>,
  handle: () => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  try {
    return await handle();
  } catch (error) {
    if (error instanceof RequestError) {
      const { code, status } = error;
      // Below 500 the cause stays out of the log: it may quote what the client sent.
      if (status >= 500) log.error({ code, status, reason: messageOf(error.cause) }, 'request not served');
      else log.info({ code, status }, 'request refused');
      return errorAnswer(error);
    }
    log.error({ err: error }, 'request failed');
    return errorAnswer(new RequestError(500, 'internal_error', { message: 'Internal error. Retry the request.' }));
  }
}
