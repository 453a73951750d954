import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { StatementFile } from '../../../src/aws/redshift-data/statement-file.ts';
import { newPart, type StatementRecord } from '../../../src/aws/redshift-data/statement-record.ts';
import { StatementStore } from '../../../src/aws/redshift-data/statement-store.ts';

const dir = mkdtempSync(join(tmpdir(), 'dataloaf-statements-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function aRecord(id: string): StatementRecord {
  const spec = {
    isBatch: false,
    parameters: {},
    database: 'd',
    workgroup: 'w',
    name: undefined,
    token: undefined,
    mode: 'TRANSACTION',
    role: 'r',
    user: 'u',
  } as const;
  const state = { status: 'SUBMITTED', error: undefined, updatedAt: 1, durationMs: 0, pid: 0 } as const;
  return { id, spec, createdAt: 1, parts: [newPart('SELECT 1', 1)], ...state };
}

/** A disk that gets full in the middle of the second write. */
function fullAtSecondWrite(): typeof appendFileSync {
  let writes = 0;
  return (path, data, options) => {
    writes += 1;
    if (writes !== 2) return appendFileSync(path, data, options);
    appendFileSync(path, String(data).slice(0, 20), options);
    throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
  };
}

it('a line that a full disk cut off costs itself and not the line after it', () => {
  const file = join(dir, 'torn.ndjson');
  const writer = new StatementFile(file, fullAtSecondWrite());
  const none = new Map();

  writer.append(aRecord('a'), none);
  expect(() => writer.append(aRecord('b'), none)).toThrow('ENOSPC');
  writer.append(aRecord('c'), none);
  writer.append(aRecord('d'), none);

  expect(new StatementFile(file).read().map(({ id }) => id)).toEqual(['a', 'c', 'd']);
});

it('a statement whose end cannot be written has ended all the same, and wakes its waiters', async () => {
  const store = new StatementStore(join(dir, 'store'), () => 1);
  const spec = { ...aRecord('').spec, sqls: ['SELECT 1'] };
  const { record } = store.accept(spec);
  const waiting = store.waitForEnd(record, { ms: 60_000, signal: new AbortController().signal });
  rmSync(join(dir, 'store'), { recursive: true });
  record.status = 'FINISHED';

  store.end(record);
  await waiting;

  expect(store.get(record.id)?.status).toBe('FINISHED');
});
