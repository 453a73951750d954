/** The outermost edge of an HTTP Lambda: every error becomes an answer, and is logged once. */
import { messageOf, RequestError } from '../errors.ts';
import type { Log } from '../log.ts';
import { errorAnswer, type HttpAnswer } from './api-gateway.ts';

export async function answerErrors(log: Log, handle: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
  try {
    return await handle();
  } catch (error) {
    if (error instanceof RequestError) {
      const { code, status } = error;
      // The cause of a fault of the client may quote what it sent.
      if (status >= 500) log.error({ code, status, reason: messageOf(error.cause) }, 'request not served');
      else log.info({ code, status }, 'request refused');
      return errorAnswer(error);
    }
    log.error({ err: error }, 'request failed');
    return errorAnswer(
      new RequestError(500, 'internal_error', { message: 'Something went wrong on our side. Send it again.' }),
    );
  }
}
