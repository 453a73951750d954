/** SQL that the stand-in does not take: not Redshift's, or not on its closed list. The message goes to the client as it is. */
import { DataLoafError } from '@dataloaf/core/errors';

export class RedshiftSqlError extends DataLoafError {}

/** Redshift itself would refuse this. */
export const notRedshift = (what: string): RedshiftSqlError =>
  new RedshiftSqlError('sql_not_redshift', `Redshift does not take ${what}.`);

/** Redshift may well take this, but nobody taught the stand-in. */
export const notEmulated = (what: string): RedshiftSqlError =>
  new RedshiftSqlError('sql_not_emulated', `The local stand-in for Redshift does not know ${what}.`, {
    hint: 'Its closed list is localstack/src/redshift/vocabulary.ts; a guess would hide what AWS does.',
  });
