import { describe, expect, it } from 'vitest';
import { AGE_S_MAX, attentionOf } from '../../../src/cli/status/stack-status.ts';
import { aStatus } from './a-status.ts';

describe('attentionOf', () => {
  it('asks for nothing while all is fresh and nothing is parked', () => {
    expect(attentionOf(aStatus())).toEqual([]);
    expect(attentionOf(aStatus({ age_seconds: AGE_S_MAX }))).toEqual([]);
    expect(attentionOf(aStatus({ loaded_up_to: null, age_seconds: null }))).toEqual([]);
  });

  it('asks for a look at parked objects, old data, and parts that do not respond', () => {
    expect(attentionOf(aStatus({ age_seconds: AGE_S_MAX + 1 }))).toHaveLength(1);
    expect(attentionOf(aStatus({ parked: [{ object_uri: 's3://b/k', reason: 'r' }] }))).toHaveLength(1);
    expect(attentionOf(aStatus({ troubles: [{ part: 'warehouse', message: 'm' }] }))).toHaveLength(1);
    expect(attentionOf({ running: false, dir: 'd', reason: 'r' })).toHaveLength(1);
  });
});
