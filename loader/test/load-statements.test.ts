import { STATEMENT_BYTES_MAX, STATEMENTS_PER_BATCH_MAX } from '@dataloaf/core/limits';
import type { Stream } from '@dataloaf/core/storage-keys';
import { describe, expect, it } from 'vitest';
import { loadStatements } from '../src/load-statements.ts';
import { makeBatch } from '../src/plan-batch.ts';

const aBatch = (...streams: readonly Stream[]) =>
  makeBatch(
    streams.map((stream) => ({
      bucket: `dl-${stream}`,
      key: `data/v1/${stream}/dt=2026-11-22/hr=06/x.gz`,
      stream,
      etag: 'e',
      bytes: 1,
    })),
    0,
  );
const TARGET = { bucket: 'dl-events', roleArn: 'arn:aws:iam::123456789012:role/copy' };
const LOSSY =
  /MAXERROR(?! 0)|IGNOREALLERRORS|TRUNCATECOLUMNS|ACCEPTINVCHARS|FILLRECORD|ACCEPTANYDATE|EMPTYASNULL|BLANKSASNULL|TRUNCATE/;

describe.each([
  ['events and operations', aBatch('events', 'users'), 33],
  ['events', aBatch('events'), 17],
  ['operations', aBatch('users'), 26],
])('a load of %s', (_, batch, count) => {
  const statements = loadStatements(batch, TARGET);

  it('reads as it was reviewed', () => {
    expect(statements.map(({ name, text }) => `-- ${name}\n${text}`).join('\n\n')).toMatchSnapshot();
  });

  it('takes the mutex before anything else', () => {
    expect(statements.slice(0, 2).map(({ name }) => name)).toEqual(['lock_mutex', 'count_mutex']);
  });

  it(`takes ${count} statements: what comes later needs room below the 40 of the Data API`, () => {
    expect(statements.length).toBe(count);
  });

  it('reads no stored event: that would cost more with every event ever loaded', () => {
    for (const { text } of statements) expect(text).not.toMatch(/(?:FROM|JOIN) dataloaf\.events\b/);
  });

  it('serialises no whole item, which fails above 64 KB', () => {
    const serialised = statements.flatMap(({ text }) => text.match(/JSON_SERIALIZE\([^)]*\)/g) ?? []);
    expect(new Set(serialised)).toEqual(
      new Set(batch.objects.some((one) => one.stream === 'users') ? ['JSON_SERIALIZE(OBJECT(attr, value)'] : []),
    );
  });

  it('fits into one transaction of the Data API', () => {
    expect(statements.length).toBeLessThanOrEqual(STATEMENTS_PER_BATCH_MAX);
    for (const { text } of statements) expect(Buffer.byteLength(text)).toBeLessThan(STATEMENT_BYTES_MAX);
    expect(new Set(statements.map(({ name }) => name)).size).toBe(statements.length);
  });

  it('uses no option that loses data', () => {
    for (const { text } of statements) expect(text).not.toMatch(LOSSY);
  });

  it('is the same to the byte when it is made again', () => {
    expect(loadStatements(batch, TARGET)).toEqual(statements);
  });
});
