import { STATEMENT_AGE_MS_MAX } from '@dataloaf/core/limits';
import type { StatementStatus } from '@dataloaf/core/warehouse/warehouse';
import { describe, expect, it } from 'vitest';
import { cancelOld, isStillRunning, type WriterPorts } from '../src/writers.ts';

const NOW = Date.parse('2026-11-22T06:00:00Z');

/** A warehouse with these transactions, each as old as its value. */
function aWorld(ages: Readonly<Record<string, number>>, status: StatementStatus['kind'] = 'running') {
  const cancelled: string[] = [];
  const waits: number[] = [];
  const ports: WriterPorts = {
    warehouse: {
      listStarted: async () =>
        Object.entries(ages).map(([name, age]) => ({ id: name, name, submittedAt: new Date(NOW - age) })),
      cancel: async (id) => void cancelled.push(id),
      wait: async (_id, { timeoutMs }) => {
        waits.push(timeoutMs);
        return { kind: status, submittedAt: undefined } as StatementStatus;
      },
    },
    clock: { now: () => NOW },
  };
  return { ports, cancelled, waits };
}

describe('cancelOld', () => {
  it('cancels every kind of writer above the age, and no younger one', async () => {
    const old = STATEMENT_AGE_MS_MAX + 1;
    const { ports, cancelled } = aWorld({
      'load-a': old,
      'park-a': old,
      'direct-a': old,
      'catalog-1': old,
      'migration-1': old,
      'load-b': STATEMENT_AGE_MS_MAX,
    });

    await cancelOld(ports);

    expect(cancelled).toEqual(['load-a', 'park-a', 'direct-a', 'catalog-1', 'migration-1']);
  });

  it('leaves transactions of others alone, however old', async () => {
    const { ports, cancelled } = aWorld({ report: 86_400_000, '': 86_400_000, 'loader-x': 86_400_000 });

    await cancelOld(ports);

    expect(cancelled).toEqual([]);
  });
});

describe('isStillRunning', () => {
  const inflight = { batch_id: 'b', attempt: 1, statement_id: 's' };

  it.each([
    ['running', true],
    ['finished', false],
    ['gone', false],
  ] as const)('is decided by the status at the deadline: %s', async (status, isRunning) => {
    const { ports } = aWorld({}, status);

    expect(await isStillRunning(inflight, NOW + 1, ports)).toBe(isRunning);
  });

  it('waits until the deadline, and not at all after it', async () => {
    const { ports, waits } = aWorld({});

    await isStillRunning(inflight, NOW + 5_000, ports);
    await isStillRunning(inflight, NOW - 5_000, ports);

    expect(waits).toEqual([5_000, 0]);
  });
});
