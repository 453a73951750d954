import { describe, expect, it } from 'vitest';
import type { InvokeResult } from '../../src/aws/lambda/runner.ts';
import { Faults } from '../../src/faults.ts';
import { Admin, type AdminPorts } from '../../src/stack/admin.ts';
import { StackError } from '../../src/stack-error.ts';

interface Setup {
  readonly admin: Admin;
  readonly faults: Faults;
  readonly seen: string[];
}

/** An admin whose loader returns these results one after the other. */
function anAdmin(answers: readonly InvokeResult[] = [], changes: Partial<AdminPorts> = {}): Setup {
  const seen: string[] = [];
  const faults = new Faults();
  const left = [...answers];
  const admin = new Admin({
    flush: async () => {
      seen.push('flush');
      return 2;
    },
    invokeLoader: async () => {
      seen.push('tick');
      return left.shift() ?? { kind: 'throttled' };
    },
    advance: async (ms) => void seen.push(`advance ${ms}`),
    now: () => new Date(0),
    status: async () => ({ streams: [] }),
    faults,
    ...changes,
  });
  return { admin, faults, seen };
}

const tick = (payload: unknown): InvokeResult => ({ kind: 'ok', payload });
const post = (admin: Admin, path: string, body: unknown = {}) =>
  admin.handle({ method: 'POST', path: `/_dataloaf/${path}`, body });

describe('load', () => {
  it('flushes, then ticks as long as the loader has more, and returns the newest batch', async () => {
    const { admin, seen } = anAdmin([
      tick({ outcome: 'loaded', batch: { id: 'a' }, more: true }),
      tick({ outcome: 'loaded', batch: { id: 'b' }, more: true }),
      tick({ outcome: 'nothing_new', batch: null }),
    ]);

    const answer = await post(admin, 'load');

    expect(answer).toEqual({ status: 200, body: { outcome: 'loaded', batch: { id: 'b' } } });
    expect(seen).toEqual(['flush', 'tick', 'tick', 'tick']);
  });

  it('reports a parked object although later ticks loaded', async () => {
    const { admin } = anAdmin([
      tick({ outcome: 'parked', batch: { id: 'a' }, more: true }),
      tick({ outcome: 'loaded', batch: { id: 'b' } }),
    ]);

    expect((await post(admin, 'load')).body).toEqual({ outcome: 'parked', batch: { id: 'a' } });
  });

  it.each<[string, InvokeResult]>([
    ['crashes', { kind: 'error', errorType: 'TypeError', message: 'broken' }],
    ['is throttled', { kind: 'throttled' }],
    ['returns an unknown outcome', tick({ fine: true })],
    ['returns nothing', tick(null)],
  ])('has failed, with a message, when the loader %s', async (_, result) => {
    const { admin } = anAdmin([result]);

    const { status, body } = await post(admin, 'load');

    expect(status).toBe(200);
    expect(body).toEqual({ outcome: 'failed', batch: null, message: expect.stringMatching(/./) });
  });

  it('has failed, without a tick, when Firehose cannot deliver', async () => {
    const flush = () => Promise.reject(new StackError('no_bucket', 'no bucket'));
    const { admin, seen } = anAdmin([], { flush });

    expect((await post(admin, 'load')).body).toMatchObject({
      outcome: 'failed',
      message: expect.stringContaining('no bucket'),
    });
    expect(seen).toEqual([]);
  });

  it('ends although the loader always has more', async () => {
    const { admin } = anAdmin([], { invokeLoader: async () => tick({ outcome: 'loaded', batch: null, more: true }) });

    expect((await post(admin, 'load')).body).toMatchObject({ outcome: 'loaded' });
  });
});

describe('clock', () => {
  it.each([
    ['180s', 180_000],
    ['3m', 180_000],
    ['26h', 93_600_000],
    ['2d', 172_800_000],
    ['5ms', 5],
  ])('advances by %s', async (advance, ms) => {
    const { admin, seen } = anAdmin();

    const answer = await post(admin, 'clock', { advance });

    expect(answer).toEqual({ status: 200, body: { now: '1970-01-01T00:00:00.000Z' } });
    expect(seen).toEqual([`advance ${ms}`]);
  });

  it.each([{}, { advance: 180 }, { advance: '180' }, { advance: '-1s' }, { advance: '1.5h' }, null])(
    'refuses %j',
    async (body) => {
      const { admin, seen } = anAdmin();

      expect((await post(admin, 'clock', body)).status).toBe(400);
      expect(seen).toEqual([]);
    },
  );
});

describe('the rest', () => {
  it('counts the flushed objects and reports a failed flush', async () => {
    const { admin } = anAdmin();

    expect(await post(admin, 'flush')).toEqual({ status: 200, body: { objects: 2 } });
    expect((await post(admin, 'unknown')).status).toBe(404);
    expect((await admin.handle({ method: 'GET', path: '/_dataloaf/status', body: {} })).body).toEqual({
      now: '1970-01-01T00:00:00.000Z',
      streams: [],
    });
  });

  it('sets faults, shows those that are left, and clears them', async () => {
    const { admin, faults } = anAdmin();
    const rule = { kind: 'firehose_refuses', records: 1, times: 2 };

    const set = await post(admin, 'faults', [rule]);
    faults.take('firehose_refuses', () => true);
    const left = await admin.handle({ method: 'GET', path: '/_dataloaf/faults', body: {} });
    const wrong = await post(admin, 'faults', { kind: 'x' });
    await admin.handle({ method: 'DELETE', path: '/_dataloaf/faults', body: {} });

    expect(set).toEqual({ status: 200, body: [rule] });
    expect(left.body).toEqual([{ ...rule, times: 1 }]);
    expect(wrong.status).toBe(400);
    expect(faults.pending()).toEqual([]);
  });
});
