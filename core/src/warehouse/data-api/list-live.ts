/** Lists transactions that have not ended, by the start of their names. */
import { ListStatementsCommand, type RedshiftDataClient, type StatementData } from '@aws-sdk/client-redshift-data';
import type { Clock } from '../../clock.ts';
import { LISTED_PAGES_MAX } from '../../limits.ts';
import type { PlaceFields } from '../address.ts';
import type { StartedTransaction } from '../warehouse.ts';
import { callApi } from './call.ts';
import { isLastToken } from './read-rows.ts';

export interface ListPorts {
  readonly client: RedshiftDataClient;
  readonly clock: Clock;
}

export interface ListOptions {
  /** Database and warehouse: others may use the same account. */
  readonly where: PlaceFields;
  readonly prefixes: readonly string[];
  readonly attempts: number;
}

/** In the order in which a statement passes them, so that one that moves on meanwhile is not missed. */
const LIVE = ['SUBMITTED', 'PICKED', 'STARTED'] as const;
/** The most that ListStatements returns at once (AWS documentation, 2026-11). */
const PAGE_MAX = 100;

/** @throws WarehouseError */
export async function listLive(options: ListOptions, ports: ListPorts): Promise<readonly StartedTransaction[]> {
  const lists = await Promise.all(options.prefixes.map((prefix) => listPrefix(prefix, options, ports)));
  const byId = new Map(lists.flat().map((one) => [one.Id ?? '', one]));
  return [...byId].map(([id, { StatementName: name = '', CreatedAt: submittedAt }]) => ({
    id,
    name,
    submittedAt: submittedAt ?? new Date(ports.clock.now()),
  }));
}

async function listPrefix(
  prefix: string,
  { where, attempts }: ListOptions,
  { client, clock }: ListPorts,
): Promise<readonly StatementData[]> {
  const found: StatementData[] = [];
  for (const status of LIVE) {
    const filter = { ...where, Status: status, StatementName: prefix, MaxResults: PAGE_MAX };
    let token: string | undefined;
    for (let pages = 0; pages < LISTED_PAGES_MAX; pages += 1) {
      const more = token === undefined ? {} : { NextToken: token };
      const page = await callApi({ step: 'list', attempts }, clock, () =>
        client.send(new ListStatementsCommand({ ...filter, ...more })),
      );
      found.push(...(page.Statements ?? []));
      token = page.NextToken;
      if (isLastToken(token)) break;
    }
  }
  return found;
}
