/** A builder of statuses: a stack on which all is well, with changes. */
import type { RunningStatus } from '../../../src/cli/status/stack-status.ts';

export const aStatus = (changes: Partial<RunningStatus> = {}): RunningStatus => ({
  running: true,
  dir: '/x/.dataloaf',
  api: 'http://127.0.0.1:1',
  insights: 'http://127.0.0.1:2',
  pid: 1,
  loaded_up_to: '2026-11-22T06:16:03.000Z',
  age_seconds: 42,
  late_objects: 0,
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
