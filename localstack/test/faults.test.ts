import { describe, expect, it } from 'vitest';
import { assertFaultRules, Faults } from '../src/faults.ts';

describe('faults', () => {
  it('fire as often as they may, for what they fit, in the order in which they were set', () => {
    const faults = new Faults();
    faults.add([
      { kind: 'firehose_refuses', records: 1, times: 1 },
      { kind: 'firehose_refuses', records: 2, times: 2 },
    ]);

    const other = faults.take('firehose_fails', () => true);
    const misfit = faults.take('firehose_refuses', () => false);
    const records = [1, 2, 3, 4].map(() => faults.take('firehose_refuses', () => true)?.records);

    expect([other, misfit]).toEqual([undefined, undefined]);
    expect(records).toEqual([1, 2, 2, undefined]);
  });

  it('are read from JSON with all their fields', () => {
    const rules = [{ kind: 's3_fails', operation: 'PutObject', key: 'data/', status: 500, when: 'after', times: 2 }];

    expect(assertFaultRules(rules)).toEqual(rules);
  });

  it.each([
    {},
    [{ kind: 'unknown', times: 1 }],
    [{ kind: 'lambda_crashes', times: 1 }],
    [{ kind: 'lambda_crashes', function: 'ingest', times: 0 }],
    [{ kind: 'lambda_crashes', function: 'ingest', times: 1, when: 'never' }],
    [{ kind: 'lambda_crashes', function: 'ingest', times: 1, typo: true }],
    ['lambda_crashes'],
  ])('are refused when they cannot be read: %j', (rules) => {
    expect(() => assertFaultRules(rules)).toThrow(expect.objectContaining({ code: 'fault_invalid' }));
  });
});
