/** The Data API at its port, and the warehouse over it with a clock of its own. */
import type { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import type { DatabaseAddress } from '../../src/warehouse/address.ts';
import { createRedshiftWarehouse } from '../../src/warehouse/data-api.ts';

interface Sent {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}
type Response = object | Error;

export interface ApiOptions {
  readonly [operation: string]: readonly Response[] | number | DatabaseAddress | undefined;
  readonly queryTimeoutMs?: number;
  readonly address?: DatabaseAddress;
}

/** Responses by operation, in order; the last one repeats. Time passes only while the adapter pauses. */
export function anApi({ queryTimeoutMs = 50, address = { workgroup: 'w', database: 'd' }, ...responses }: ApiOptions) {
  const sent: Sent[] = [];
  const pauses: number[] = [];
  const counts = new Map<string, number>();
  const send = async (command: { constructor: { name: string }; input: Sent['input'] }): Promise<object> => {
    const operation = command.constructor.name.replace('Command', '');
    sent.push({ operation, input: command.input });
    const count = counts.get(operation) ?? 0;
    counts.set(operation, count + 1);
    const list = listOf(responses[operation]);
    const response = list[Math.min(count, list.length - 1)] ?? {};
    if (response instanceof Error) throw response;
    return response;
  };
  let nowMs = 0;
  let tokens = 0;
  const clock = {
    now: () => nowMs,
    random: () => 0.5,
    pause: async (ms: number) => {
      pauses.push(ms);
      nowMs += ms;
    },
  };
  const newToken = (): string => {
    tokens += 1;
    return `token-${tokens}`;
  };
  const client = { send } as unknown as RedshiftDataClient;
  return {
    sent,
    pauses,
    warehouse: createRedshiftWarehouse({ client, ...address, queryTimeoutMs }, { clock, newToken }),
  };
}

const listOf = (value: unknown): readonly Response[] => (Array.isArray(value) ? value : [{}]);

export const named = (name: string, message = name): Error => Object.assign(new Error(message), { name });
