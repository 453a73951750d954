/** Statement errors in Redshift's words, as DescribeStatement reports them. */
import { messageOf } from '@dataloaf/core/errors';
import pg from 'pg';

/** Postgres ended the statement because of a cancel request, and not by its time limit, which has the same code. */
export const isCancelled = (error: unknown): boolean =>
  codeOf(error) === '57014' && !messageOf(error).includes('statement timeout');

/** The connection is gone. It is unknown whether a commit in flight arrived. */
export const isConnectionLost = (error: unknown): boolean =>
  !(error instanceof pg.DatabaseError) ? /connection|ECONN|EPIPE/i.test(messageOf(error)) : isSessionEnd(codeOf(error));

const isSessionEnd = (code: string): boolean => code.startsWith('57P0') || code.startsWith('08');

export function failureText(error: unknown): string {
  const code = codeOf(error);
  const message = messageOf(error);
  if (code === '40001' || code === '40P01') {
    return `ERROR: 1023 DETAIL: Serializable isolation violation on a table of the local warehouse (${code}: ${message})`;
  }
  if (code === '22001' || (code === '23514' && message.includes('_check'))) {
    return `ERROR: Value too long for character type (${message})`;
  }
  if (!(error instanceof pg.DatabaseError) && isConnectionLost(error))
    return `ERROR: connection was closed: ${message}`;
  return message.startsWith('ERROR:') ? message : `ERROR: ${message}`;
}

function codeOf(error: unknown): string {
  return error instanceof pg.DatabaseError ? (error.code ?? '') : '';
}
