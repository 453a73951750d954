import { WarehouseError } from '@dataloaf/core/errors';
import { STATEMENT_AGE_MS_MAX } from '@dataloaf/core/limits';
import type { StatementStatus } from '@dataloaf/core/warehouse/warehouse';
import { describe, expect, it } from 'vitest';
import { cancelOld, isStillRunning, type WriterPorts } from '../src/writers.ts';

const NOW = Date.parse('2026-11-22T06:00:00Z');

const OLD = STATEMENT_AGE_MS_MAX + 1;

interface Writer {
  /** Since it was submitted. */
  readonly age: number;
  /** Since its LOCK ended; undefined while it waits for the mutex. */
  readonly held?: number;
}

interface World {
  readonly writers?: Readonly<Record<string, Writer>>;
  readonly status?: StatementStatus['kind'];
  readonly refusal?: string;
}

/** A warehouse with these transactions. */
function aWorld({ writers = {}, status = 'running', refusal }: World = {}) {
  const cancelled: string[] = [];
  const waits: number[] = [];
  const warnings: object[] = [];
  const prefixes: string[] = [];
  const ports: WriterPorts = {
    warehouse: {
      listStarted: async (wanted = []) => {
        prefixes.push(...wanted);
        return Object.entries(writers).map(([name, { age }]) => ({ id: name, name, submittedAt: new Date(NOW - age) }));
      },
      cancel: async (id) => {
        cancelled.push(id);
        return refusal;
      },
      wait: async (id, { timeoutMs }) => {
        waits.push(timeoutMs);
        if (id === 'load-forbidden') throw new WarehouseError('data_api_failed', 'no access', { isRetryable: false });
        const held = writers[id]?.held;
        const firstDoneAt = held === undefined ? undefined : new Date(NOW - held);
        return { kind: status, submittedAt: undefined, firstDoneAt } as StatementStatus;
      },
    },
    clock: { now: () => NOW },
    log: { warn: (fields: object) => warnings.push(fields) } as unknown as WriterPorts['log'],
  };
  return { ports, cancelled, waits, warnings, prefixes };
}

describe('cancelOld', () => {
  it('cancels every kind of writer that has had the mutex for too long, and none that had it for less', async () => {
    const writers = {
      'load-a': { age: OLD, held: OLD },
      'park-a': { age: OLD, held: OLD },
      'direct-a': { age: OLD, held: OLD },
      'catalog-1': { age: OLD, held: OLD },
      'migration-1': { age: OLD, held: OLD },
      'load-b': { age: OLD, held: STATEMENT_AGE_MS_MAX },
    };
    const { ports, cancelled, prefixes } = aWorld({ writers });

    await cancelOld(ports);

    expect(cancelled).toEqual(['load-a', 'park-a', 'direct-a', 'catalog-1', 'migration-1']);
    expect(prefixes).toEqual(['load-', 'park-', 'direct-', 'catalog-', 'migration-']);
  });

  it('does not count the time that a writer has waited in the queue', async () => {
    const writers = { 'load-waiting': { age: 10 * OLD }, 'load-lately': { age: 10 * OLD, held: 1_000 } };
    const { ports, cancelled } = aWorld({ writers });

    await cancelOld(ports);

    expect(cancelled).toEqual([]);
  });

  it('leaves transactions of others alone, however old', async () => {
    const others = { report: 86_400_000, '': 86_400_000, 'loader-x': 86_400_000 };
    const writers = Object.fromEntries(Object.entries(others).map(([name, age]) => [name, { age, held: age }]));
    const { ports, cancelled } = aWorld({ writers });

    await cancelOld(ports);

    expect(cancelled).toEqual([]);
  });

  it('goes on with the tick, and says so, when Redshift does not cancel or describe a writer', async () => {
    const writers = { 'load-forbidden': { age: OLD, held: OLD }, 'load-a': { age: OLD, held: OLD } };
    const { ports, cancelled, warnings } = aWorld({ writers, refusal: 'already in ABORTED state' });

    await cancelOld(ports);

    expect(cancelled).toEqual(['load-a']);
    expect(warnings).toEqual([
      { writer: 'load-forbidden', reason: 'no access' },
      { writer: 'load-a', reason: 'already in ABORTED state' },
    ]);
  });
});

describe('isStillRunning', () => {
  const inflight = { batch_id: 'b', attempt: 1, statement_id: 's' };

  it.each([
    ['running', true],
    ['finished', false],
    ['gone', false],
  ] as const)('is decided by the status at the deadline: %s', async (status, isRunning) => {
    const { ports } = aWorld({ status });

    expect(await isStillRunning(inflight, NOW + 1, ports)).toBe(isRunning);
  });

  it('waits until the deadline, and not at all after it', async () => {
    const { ports, waits } = aWorld();

    await isStillRunning(inflight, NOW + 5_000, ports);
    await isStillRunning(inflight, NOW - 5_000, ports);

    expect(waits).toEqual([5_000, 0]);
  });
});
