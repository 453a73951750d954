/** Reads all pages of a result into rows. Pure, but for the pages that it is given. */
import type { Field } from '@aws-sdk/client-redshift-data';
import { WarehouseError } from '../../errors.ts';
import { RESULT_PAGES_MAX } from '../../limits.ts';
import type { Cell, Row } from '../warehouse.ts';

export interface ResultPage {
  readonly Records?: Field[][] | undefined;
  readonly ColumnMetadata?: readonly { readonly name?: string | undefined }[] | undefined;
  readonly NextToken?: string | undefined;
}

/** @throws WarehouseError `result_too_large` when the pages do not end */
export async function readRows(getPage: (token: string | undefined) => Promise<ResultPage>): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let token: string | undefined;
  for (let pages = 0; pages < RESULT_PAGES_MAX; pages += 1) {
    const page = await getPage(token);
    const names = (page.ColumnMetadata ?? []).map((column) => column.name ?? '');
    for (const record of page.Records ?? []) {
      rows.push(Object.fromEntries(record.map((field, index) => [names[index] ?? '', cellOf(field)])));
    }
    token = page.NextToken;
    if (isLastToken(token)) return rows;
  }
  throw new WarehouseError('result_too_large', `Expected at most ${RESULT_PAGES_MAX} pages of a result, got more.`, {
    isRetryable: false,
  });
}

/** The Data API also ends a list with an empty token. */
export const isLastToken = (token: string | undefined): boolean => token === undefined || token === '';

const cellOf = (field: Field): Cell =>
  field.stringValue ?? field.longValue ?? field.doubleValue ?? field.booleanValue ?? null;
