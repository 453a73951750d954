import { describe, expect, it } from 'vitest';
import { isAbandoned, makeRunId, ownKeys, RUN_MS_MAX, schemaOf } from '../../src/doctor/scratch.ts';

const NOW = Date.UTC(2026, 10, 25);
const MANIFEST = `manifests/${'a'.repeat(40)}/files.ndjson`;

describe('what a killed run left', () => {
  it('is abandoned once it is older than a run may last', () => {
    expect(isAbandoned(makeRunId(NOW - RUN_MS_MAX - 1), NOW)).toBe(true);
    expect(isAbandoned(makeRunId(NOW - RUN_MS_MAX), NOW)).toBe(false);
  });

  it.each(['', 'backup', 'backup01', 'of_mine', '-1', 'Mhzzzzzz', '../../etc'])(
    'is not %j, which is no id of a run',
    (text) => {
      expect(isAbandoned(text, NOW)).toBe(false);
    },
  );

  it('is removed by the names that only a run can have given', () => {
    const id = makeRunId(NOW);
    const text = JSON.stringify([`doctor/${id}/a.gz`, MANIFEST, 'data/v1/events/x.gz', 'manifests/../data', 7]);

    expect(ownKeys(id, text)).toEqual([`doctor/${id}/a.gz`, MANIFEST, `doctor/${id}/keys.json`]);
  });

  it('has a schema that no product uses', () => {
    expect(schemaOf(makeRunId(NOW))).toMatch(/^dataloaf_doctor_[0-9a-z]{8}$/);
  });
});
