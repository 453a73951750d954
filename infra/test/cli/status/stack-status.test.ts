import { describe, expect, it } from 'vitest';
import { Printer } from '../../../src/cli/printer.ts';
import { renderStatus } from '../../../src/cli/status/render.ts';
import { AGE_S_MAX, attentionOf, type RunningStatus } from '../../../src/cli/status/stack-status.ts';

const { colors } = new Printer({ out: { write() {} }, error: { write() {} }, isColorOff: true });

const aStatus = (changes: Partial<RunningStatus> = {}): RunningStatus => ({
  running: true,
  dir: '/x/.dataloaf',
  api: 'http://127.0.0.1:1',
  insights: 'http://127.0.0.1:2',
  pid: 1,
  loaded_up_to: '2026-11-22T06:16:03.000Z',
  age_seconds: 42,
  last_load: {
    batch_id: 'b',
    kind: 'load',
    loaded_at: '2026-11-22T06:16:03.000Z',
    staged_events: 1_000,
    new_events: 990,
    conflicts: 3,
    staged_ops: 5,
    new_ops: 4,
  },
  events: 79_658,
  users: 25_297,
  parked: [],
  pending_bytes: 0,
  troubles: [],
  ...changes,
});

describe('attentionOf', () => {
  it('asks for nothing while all is fresh and nothing is parked', () => {
    expect(attentionOf(aStatus())).toEqual([]);
    expect(attentionOf(aStatus({ age_seconds: AGE_S_MAX }))).toEqual([]);
    expect(attentionOf(aStatus({ loaded_up_to: null, age_seconds: null }))).toEqual([]);
  });

  it('asks for a look at parked files, old data, and parts that do not answer', () => {
    expect(attentionOf(aStatus({ age_seconds: AGE_S_MAX + 1 }))).toHaveLength(1);
    expect(attentionOf(aStatus({ parked: [{ object_uri: 's3://b/k', reason: 'r' }] }))).toHaveLength(1);
    expect(attentionOf(aStatus({ troubles: [{ part: 'warehouse', message: 'm' }] }))).toHaveLength(1);
    expect(attentionOf({ running: false, dir: 'd', reason: 'r' })).toHaveLength(1);
  });
});

describe('renderStatus', () => {
  it('shows freshness, balance, totals and parked files with their reasons', () => {
    const text = renderStatus(aStatus({ parked: [{ object_uri: 's3://b/k', reason: 'line 7' }] }), colors).join('\n');

    expect(text).toContain('06:16:03.000Z (42 s ago)');
    expect(text).toContain('1,000 staged, 990 new, 3 conflicts');
    expect(text).toContain('79,658');
    expect(text).toContain('parked s3://b/k: line 7');
  });
});
