/** Postgres could not be found, started or stopped. The hint says what a person can do. The message ends with the server's log. */
import { DataLoafError } from '@dataloaf/core/errors';

export class PostgresError extends DataLoafError {
  override readonly name = 'PostgresError';
}
