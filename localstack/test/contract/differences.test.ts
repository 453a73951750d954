import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { DIFFERENCES, knownFor } from '../../contract/differences/all.ts';
import { renderDifferences, renderTable } from '../../contract/render.ts';
import { SUITES } from '../../contract/suites.ts';

const CASES = SUITES.flatMap((suite) => suite.cases);
const readDocument = (name: string): Promise<string> => readFile(new URL(`../../${name}`, import.meta.url), 'utf8');

describe('cases', () => {
  it('have unique ids that start with their service', () => {
    const ids = CASES.map(({ id }) => id);

    expect(new Set(ids).size).toBe(ids.length);
    for (const { service, cases } of SUITES) {
      expect(cases.filter(({ id }) => !id.startsWith(`${service}.`))).toEqual([]);
    }
  });

  it('name the AWS page that promises them', () => {
    expect(CASES.filter(({ source }) => !/^(?:Amazon|AWS) /.test(source))).toEqual([]);
  });
});

describe('entries', () => {
  it('are about existing cases, and differ from the documentation', () => {
    const wrong = DIFFERENCES.filter((entry) => {
      if (entry.kind === 'absent') return false;
      const facts = CASES.find(({ id }) => id === entry.case);
      return facts === undefined || JSON.stringify(facts.expected) === JSON.stringify(entry.seen);
    });

    expect(wrong).toEqual([]);
  });

  it('are unique for each case and side', () => {
    const subjects = DIFFERENCES.map((one) => `${one.on} ${one.kind === 'absent' ? one.service : one.case}`);

    expect(new Set(subjects).size).toBe(subjects.length);
  });

  it('of LocalStack hold for S3 on containers, unless containers have their own', () => {
    const known = knownFor('containers', 's3', [
      { kind: 'differs', on: 'localstack', case: 's3.a', seen: 1, right: 'ours', why: 'a' },
      { kind: 'differs', on: 'localstack', case: 's3.b', seen: 1, right: 'ours', why: 'b' },
      { kind: 'differs', on: 'containers', case: 's3.b', seen: 2, right: 'aws', why: 'own' },
      { kind: 'differs', on: 'ours', case: 's3.c', seen: 1, right: 'aws', why: 'c' },
    ]);

    expect(known.cases.map(({ why }) => why).sort()).toEqual(['a', 'own']);
  });
});

describe('a generated document', () => {
  it('known-differences.md is up to date (npm run contract -- --write)', async () => {
    expect(await readDocument('known-differences.md')).toBe(renderDifferences());
  });

  it('contract-table.md is up to date (npm run contract -- --write)', async () => {
    expect(await readDocument('contract-table.md')).toBe(renderTable());
  });
});
