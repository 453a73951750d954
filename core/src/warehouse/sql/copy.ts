/** COPY from S3. Never with a lossy option: a row that does not fit fails the load, and the loader finds and parks its object. */
import type { Columns } from '../../columns.ts';
import type { Statement } from '../warehouse.ts';
import { literal } from './literal.ts';

export interface CopySource {
  /** Staging table, without schema. */
  readonly table: string;
  readonly columns: Columns;
  /** Address of one NDJSON object, or of a manifest. */
  readonly uri: string;
  readonly roleArn: string;
}

/** Copies the gzip objects that a manifest lists. */
export const copyManifest = (source: CopySource): Statement => copy(source, ['MANIFEST', 'GZIP']);

/** Copies one plain NDJSON object. */
export const copyObject = (source: CopySource): Statement => copy(source, []);

function copy(source: CopySource, options: readonly string[]): Statement {
  const lines = [
    `COPY ${source.table} (${Object.keys(source.columns).join(', ')})`,
    `FROM ${literal(source.uri)}`,
    `IAM_ROLE ${literal(source.roleArn)}`,
    ...options,
    `FORMAT JSON 'auto'`,
    `TIMEFORMAT 'auto'`,
    'MAXERROR 0',
    'COMPUPDATE OFF',
    'STATUPDATE OFF',
  ];
  return { name: copyName(source.table), text: lines.join('\n') };
}

/** Name of the COPY into a staging table, by which the loader recognises the stream that COPY refused. */
export const copyName = (table: string): string => `copy_${table}`;
