import { STATEMENTS_PER_BATCH_MAX } from '@dataloaf/core/limits';
import { ROLES_OF, WAREHOUSE_MEMBERS } from '@dataloaf/core/warehouse/rights';
import { TABLES } from '@dataloaf/core/warehouse/tables';
import { describe, expect, it } from 'vitest';
import type { Scratch } from '../../src/doctor/check.ts';
import { makeChecks } from '../../src/doctor/checks/all.ts';
import { PLAN_CHECKS, planOf } from '../../src/doctor/checks/plans.ts';
import { FORBIDDEN, useRights } from '../../src/doctor/checks/roles.ts';
import { COPY_LINES, GOLDEN } from '../../src/doctor/golden.ts';
import { prepareRun } from '../../src/doctor/objects.ts';
import { loadStatements } from '../../src/load-statements.ts';

const CHECKS = makeChecks({ directMerge: [], questions: [] });
const { batches, objects } = prepareRun('bucket', 'doctor/run/');
const scratch: Scratch = { bucket: 'bucket', prefix: 'doctor/run/', roleArn: 'arn:aws:iam::1:role/copy', batches };

describe('the checks', () => {
  it('have names of their own, and cover every probe', () => {
    const ids = CHECKS.map(({ id }) => id);

    expect(new Set(ids).size).toBe(ids.length);
    for (let probe = 1; probe <= 15; probe += 1) expect(ids.some((id) => id.startsWith(`p${probe}.`))).toBe(true);
  });

  it('fit into one call of the Data API each, with names that are unique within it', () => {
    for (const check of CHECKS) {
      if (check.kind !== 'batch') continue;
      const statements = check.statements(scratch);
      expect(statements.length).toBeGreaterThan(0);
      expect(statements.length).toBeLessThanOrEqual(STATEMENTS_PER_BATCH_MAX);
      expect(new Set(statements.map(({ name }) => name)).size).toBe(statements.length);
    }
  });

  it('read only objects that the run has put', () => {
    const put = new Set(objects.map(({ key }) => `s3://bucket/${key}`));
    const read = CHECKS.flatMap((check) => (check.kind === 'batch' ? check.statements(scratch) : []))
      .flatMap(({ text }) => [...text.matchAll(/FROM '(s3:[^']+)'/g)].map(([, uri = '']) => uri))
      .filter((uri) => !uri.includes('/manifests/'));

    expect(read.length).toBe(COPY_LINES.length);
    expect(read.filter((uri) => !put.has(uri))).toEqual([]);
  });
});

describe('the plans', () => {
  it('cover every statement of a load of both streams that reads or writes tables', () => {
    const load = loadStatements(batches.both, scratch);
    const planned = load.filter(({ text }) => !/^(?:LOCK|COPY)\b|^CREATE TEMP TABLE \w+ \(/.test(text));

    const names = PLAN_CHECKS.map(({ id }) => id);
    for (const { name } of planned) expect(names).toContain(`plan.both.${name.replaceAll('_', '-')}`);
  });

  it('create the temporary tables before a statement, and run nothing else', () => {
    const load = [
      { name: 'lock', text: 'LOCK t' },
      { name: 'stage', text: 'CREATE TEMP TABLE a (\n  x INTEGER\n)' },
      { name: 'copy', text: "COPY a FROM 's3://x'" },
      { name: 'choose', text: 'CREATE TEMP TABLE b AS\nSELECT x FROM a' },
      { name: 'insert', text: 'INSERT INTO c SELECT x FROM b' },
    ];

    expect(planOf(load, 4)?.map(({ text }) => text)).toEqual([
      load[1]?.text,
      load[3]?.text,
      'EXPLAIN INSERT INTO c SELECT x FROM b',
    ]);
    expect(planOf(load, 3)?.at(-1)?.text).toBe('EXPLAIN SELECT x FROM a');
    expect([0, 1, 2].map((at) => planOf(load, at))).toEqual([undefined, undefined, undefined]);
  });
});

describe('the rights', () => {
  it.each(WAREHOUSE_MEMBERS)('of %s are each used once, and no other', (member) => {
    const used = useRights(member).map(({ name }) => name);

    const granted = ROLES_OF[member].flatMap(({ rights }) =>
      rights === 'all_tables'
        ? TABLES.map(({ name }) => `select_${name}`)
        : rights.flatMap((one) => one.rights.map((right) => `${right.toLowerCase()}_${one.table.name}`)),
    );
    expect(used.toSorted()).toEqual([...new Set(granted)].toSorted());
  });

  it.each(WAREHOUSE_MEMBERS)('that %s must not have are none of its own', (member) => {
    const forbidden = FORBIDDEN[member].map(({ name }) => name);

    expect(forbidden.length).toBeGreaterThan(1);
    expect(useRights(member).filter(({ name }) => forbidden.includes(name))).toEqual([]);
  });

  it('are tried on no row of a table', () => {
    for (const { text } of [...WAREHOUSE_MEMBERS.flatMap(useRights), ...Object.values(FORBIDDEN).flat()]) {
      expect(text).toMatch(/\nWHERE 1 = 0$|^CREATE TABLE dataloaf\.doctor_refused /);
    }
  });
});

describe('the golden corpus', () => {
  it('is the same to the byte in every run', () => {
    const again = prepareRun('bucket', 'doctor/run/');

    expect(again.batches).toEqual(batches);
    expect(again.objects).toEqual(objects);
  });

  it('repeats lines, and contradicts some, in its second half', () => {
    for (const { first, second } of Object.values(GOLDEN)) {
      expect(second.some((line) => first.includes(line))).toBe(true);
      const ids = new Set(first.map((line) => Object.values(JSON.parse(line))[0]));
      expect(second.some((line) => ids.has(Object.values(JSON.parse(line))[0]) && !first.includes(line))).toBe(true);
    }
  });
});
