/** The query string of a request as it was sent, with its question mark; empty without one. */
import type { Request } from 'express';

export function searchOf({ originalUrl }: Request): string {
  const mark = originalUrl.indexOf('?');
  return mark < 0 ? '' : originalUrl.slice(mark);
}
