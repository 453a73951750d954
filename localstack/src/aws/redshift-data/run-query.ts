/** Runs one translated query on a connection. Rows stay as the server's strings; their size is limited while they arrive. */
import { DataLoafError } from '@dataloaf/core/errors';
import pg from 'pg';
import { RESULT_BYTES_MAX, ROW_BYTES_MAX } from './limits.ts';
import { type RawRow, rowBytes, type StatementResult } from './statement-result.ts';

export class ResultTooLarge extends DataLoafError {
  override readonly name = 'ResultTooLarge';
}

export interface QueryOutcome {
  /** Undefined for a statement that returns no rows. */
  readonly result: StatementResult | undefined;
  /** Rows returned or changed. */
  readonly rows: number;
}

const RAW = { getTypeParser: () => (value: string) => value };

export async function runQuery(
  client: pg.ClientBase,
  query: { readonly text: string; readonly values: readonly string[] },
): Promise<QueryOutcome> {
  const rows: RawRow[] = [];
  let bytes = 0;
  let failure: ResultTooLarge | undefined;
  const config: pg.QueryArrayConfig = { text: query.text, values: [...query.values], rowMode: 'array', types: RAW };
  const submitted = new pg.Query(config);
  submitted.on('row', (row: RawRow) => {
    const size = rowBytes(row);
    bytes += size;
    failure ??= tooLarge(size, bytes);
    // A result that is too large is read to its end, so the connection stays usable, but not kept.
    if (failure === undefined) rows.push(row);
    else rows.length = 0;
  });
  const ended = new Promise<pg.ResultBuilder>((resolve, reject) => {
    submitted.on('end', resolve);
    submitted.on('error', reject);
  });
  client.query(submitted);
  const { fields, rowCount } = await ended;
  if (failure !== undefined) throw failure;
  const result = fields.length === 0 ? undefined : { columns: fields, rows, bytes };
  return { result, rows: rowCount ?? 0 };
}

function tooLarge(row: number, all: number): ResultTooLarge | undefined {
  if (row > ROW_BYTES_MAX)
    return new ResultTooLarge('row_too_large', 'Packet for query is too large: a row exceeds 64 KB');
  return all > RESULT_BYTES_MAX
    ? new ResultTooLarge('result_too_large', 'Result exceeds the size limit of 100 MB')
    : undefined;
}
