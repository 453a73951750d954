import { describe, expect, it } from 'vitest';
import { VERSION_CHECK } from '../../src/doctor/checks/facts.ts';
import { makeTranscript, parseTranscript, renderTranscript, transcriptName } from '../../src/doctor/transcript.ts';
import { aCheck, aColumn, anObserved, anOutcome, aStatementOutcome } from './builders.ts';

const VERSION = 'PostgreSQL 8.0.2 on i686-pc-linux-gnu, Redshift 1.0.12103';
const version = anObserved({
  check: aCheck({ id: VERSION_CHECK }),
  outcomes: [
    anOutcome({ statements: [aStatementOutcome({ columns: [aColumn('version', 'text')], rows: [[VERSION]] })] }),
  ],
});
const failed = anObserved({
  outcomes: [
    anOutcome({
      status: 'FAILED',
      error: 'arn:aws:iam::123456789012:role/my-role and d9b6c0c9-0747-4bf4-b142-e8883122f766 in s3://my-bucket/x',
      statements: [
        aStatementOutcome({ text: "COPY t FROM 's3://my-bucket/run/x' IAM_ROLE 'arn:aws:iam::1:role/copy'" }),
      ],
    }),
  ],
});
const run = {
  startedAt: Date.UTC(2026, 10, 25, 9),
  observed: [version, failed],
  names: [
    ['s3://my-bucket/', 's3://bucket/'],
    ['arn:aws:iam::1:role/copy', 'role'],
  ],
} as const;

describe('a transcript', () => {
  it('keeps texts, statuses, errors, columns, rows and times, each text once', () => {
    const { checks, texts } = makeTranscript({ ...run, observed: [version, version] });

    expect(Object.values(texts)).toEqual(['SELECT 1 AS one']);
    expect(checks[0]).toMatchObject({
      id: VERSION_CHECK,
      observed: { rows: [[1]] },
      ms: 3,
      transactions: [
        { status: 'FINISHED', ms: 2, statements: [{ name: 'read', status: 'FINISHED', rows: [[VERSION]] }] },
      ],
    });
  });

  it('holds nothing that identifies an account', () => {
    const text = renderTranscript(makeTranscript(run));

    expect(text).toContain('arn:aws:iam::000000000000:role/my-role and <id> in s3://bucket/x');
    expect(text).toContain(`COPY t FROM 's3://bucket/run/x' IAM_ROLE 'role'`);
    for (const secret of ['123456789012', 'my-bucket', 'd9b6c0c9', 'role/copy']) expect(text).not.toContain(secret);
  });

  it('of the stand-in keeps neither times nor plans, which say nothing of Redshift', () => {
    const plan = aStatementOutcome({
      text: 'EXPLAIN SELECT 1',
      columns: [aColumn('plan', 'text')],
      rows: [['Result']],
    });
    const observed = [anObserved({ outcomes: [anOutcome({ statements: [plan] })] })];

    const [own] = makeTranscript({ ...run, observed }).checks;
    const [, real] = makeTranscript({ ...run, observed: [version, ...observed] }).checks;

    expect(own).toMatchObject({ ms: 0, transactions: [{ ms: 0, statements: [{ ms: 0 }] }] });
    expect(JSON.stringify(own)).not.toContain('Result');
    expect(real).toMatchObject({ ms: 3, transactions: [{ ms: 2, statements: [{ ms: 1, rows: [['Result']] }] }] });
  });

  it('is read as it was written', () => {
    const transcript = makeTranscript(run);

    expect(parseTranscript(renderTranscript(transcript), 'x.json')).toEqual(transcript);
  });

  it.each(['', '[]', '{"target":"redshift"}', '{"target":"other","version":"","date":"","checks":[],"texts":{}}'])(
    'is not %j',
    (text) => {
      expect(() => parseTranscript(text, 'x.json')).toThrow('Expected x.json to be a transcript of the doctor');
    },
  );

  it('is named by version and day on Redshift, and has one name on the stand-in', () => {
    expect(transcriptName(makeTranscript(run))).toBe('redshift-1.0.12103-2026-11-25.json');
    expect(transcriptName(makeTranscript({ ...run, observed: [failed] }))).toBe('stand-in.json');
  });
});
