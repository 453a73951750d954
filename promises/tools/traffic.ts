/** An SDK client that sends events with known ids, and increments, until `end`. */
import { DataLoaf } from '@dataloaf/sdk';
import { expect } from 'vitest';

export interface Traffic {
  readonly ids: readonly string[];
  /** Stops sending and waits until everything is delivered. */
  end(): Promise<void>;
  /** Asserts that each sent event is one row, and that every total is exact. */
  expectArrived(query: (sql: string) => Promise<Record<string, unknown>[]>): Promise<void>;
}

export function startTraffic({ api: endpoint, serverKey }: { api: string; serverKey: string }, dir: string): Traffic {
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  const retry = { minDelay: 50, maxDelay: 500 };
  const sdk = new DataLoaf({ endpoint, serverKey, dir, logger: silent, retry, flushInterval: 20 });
  const ids: string[] = [];
  const totals: Record<string, number> = {};
  const timer = setInterval(() => {
    const number = ids.length;
    const userId = `u${number % 5}`;
    const id = `t-${number}`;
    sdk.createEvent({ id, name: 'tick', userId, attributes: { number } });
    ids.push(id);
    if (number % 3 > 0) return;
    sdk.updateUser(userId, {}, { increment: { total: number } });
    totals[userId] = (totals[userId] ?? 0) + number;
  }, 5);
  return {
    ids,
    async end() {
      clearInterval(timer);
      await sdk.flush();
      await sdk.shutdown();
    },
    async expectArrived(query) {
      const rows = await query('SELECT event_id FROM dataloaf.events ORDER BY event_id');
      const users = await query(
        "SELECT user_id, (user_attributes->>'total')::int AS total FROM dataloaf.users ORDER BY user_id",
      );

      expect(rows.map((row) => row['event_id'])).toEqual([...ids].sort());
      expect(Object.fromEntries(users.map((row) => [row['user_id'], row['total']]))).toEqual(totals);
    },
  };
}
