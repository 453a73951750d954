/** SQL that the local warehouse refuses: not Redshift's, or not on the closed list. The client gets the message unchanged. */
import { DataLoafError } from '@dataloaf/core/errors';

export class RedshiftSqlError extends DataLoafError {
  override readonly name = 'RedshiftSqlError';
}

/** Redshift itself would refuse this. */
export const notRedshift = (what: string): RedshiftSqlError =>
  new RedshiftSqlError('sql_not_redshift', `Redshift does not support ${what}.`);

/** Redshift may support this, but the local warehouse does not. */
export const notEmulated = (what: string): RedshiftSqlError =>
  new RedshiftSqlError('sql_not_emulated', `The local warehouse does not support ${what}, although Redshift may.`, {
    hint: 'The closed list of supported SQL is in localstack/src/redshift/vocabulary.ts.',
  });

/** No user may do this through the Data API. The words are the warehouse's own. */
export const permissionDenied = (what: string): RedshiftSqlError =>
  new RedshiftSqlError('sql_forbidden', `permission denied ${what}`);
