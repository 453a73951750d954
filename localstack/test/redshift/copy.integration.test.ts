import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCopy } from '../../src/redshift/copy.ts';
import { LoadError, type LoadErrorDetail } from '../../src/redshift/load-error.ts';
import { translate } from '../../src/redshift/translate.ts';
import { MemoryObjects, runRedshift, useRedshift } from '../tools/redshift-fixture.ts';

const redshift = useRedshift();
let objects: MemoryObjects;

beforeEach(async () => {
  objects = new MemoryObjects();
  await redshift.client.query('BEGIN');
  await runRedshift(
    redshift.client,
    `CREATE TEMP TABLE t (
       id VARCHAR(8) NOT NULL, name VARCHAR(16), at TIMESTAMP, n INTEGER, d DECIMAL(12, 2), f FLOAT8, b BOOLEAN, body SUPER
     )`,
  );
});

afterEach(async () => {
  await redshift.client.query('ROLLBACK');
});

const OPTIONS = `IAM_ROLE 'arn' FORMAT JSON 'auto' TIMEFORMAT 'auto' MAXERROR 0`;

async function copy(sql: string): Promise<number> {
  const translation = translate(sql);
  if (translation.kind !== 'copy') throw new TypeError('Expected COPY.');
  return await runCopy(translation.copy, {
    client: redshift.client,
    reader: objects,
    signal: new AbortController().signal,
  });
}

const copyText = (text: string): Promise<number> => {
  objects.put('s3://b/one.json', text);
  return copy(`COPY t FROM 's3://b/one.json' ${OPTIONS}`);
};

/** Copies one row into a table whose trigger fails with this SQLSTATE. Postgres then names the line, whatever the cause. */
async function copyInto(code: string): Promise<number> {
  await redshift.client.query(
    `CREATE FUNCTION pg_temp.fail() RETURNS trigger LANGUAGE plpgsql
     AS $$ BEGIN RAISE EXCEPTION 'raised by a trigger' USING ERRCODE = '${code}'; END $$`,
  );
  await redshift.client.query('CREATE TRIGGER fail BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION pg_temp.fail()');
  return await copyText('{"id":"1"}');
}

async function detailOf(load: Promise<unknown>): Promise<LoadErrorDetail> {
  const error: unknown = await load.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof LoadError)) throw new TypeError(`Expected a LoadError, got ${String(error)}`);
  return error.detail;
}

const rows = (): Promise<readonly Record<string, unknown>[]> =>
  runRedshift(
    redshift.client,
    'SELECT id, name, at::VARCHAR AS at, n, d, f, b, JSON_SERIALIZE(body) AS body FROM t ORDER BY id',
  );

describe('COPY', () => {
  it('loads the gzip objects of a manifest, several members in one', async () => {
    objects.putGzip('s3://b/1.gz', '{"id":"1"}\n', '{"id":"2"}\n{"id":"3"}\n');
    objects.putGzip('s3://c/2.gz', '{"id":"4"}');
    objects.putManifest('s3://b/m', ['s3://b/1.gz', 's3://c/2.gz']);

    const count = await copy(`COPY t FROM 's3://b/m' MANIFEST GZIP ${OPTIONS}`);

    expect(count).toBe(4);
    expect((await rows()).map((row) => row.id)).toEqual(['1', '2', '3', '4']);
  });

  it('loads every object below a prefix', async () => {
    objects.put('s3://b/p/1.json', '{"id":"1"}');
    objects.put('s3://b/p/2.json', '{"id":"2"}');

    expect(await copy(`COPY t FROM 's3://b/p/' ${OPTIONS}`)).toBe(2);
  });

  it('converts each type exactly', async () => {
    await copyText(
      '{"id":"1","name":"t\\tab\\n\\\\ \\u00e4","at":"2026-01-02T03:04:05.678Z","n":-7,"d":2500315.63,"f":0.1,"b":true,"body":{"b":[1, 2],"a":"x"}}',
    );

    expect(await rows()).toEqual([
      {
        id: '1',
        name: 't\tab\n\\ ä',
        at: '2026-01-02 03:04:05.678',
        n: -7,
        d: '2500315.63',
        f: 0.1,
        b: true,
        body: '{"a":"x","b":[1,2]}',
      },
    ]);
  });

  it('keeps every digit of numbers inside of SUPER', async () => {
    await copyText('{"id":"1","body":[2500315.63,0.1,12345678901234567890.123456789]}');

    expect((await rows())[0]?.body).toBe('[2500315.63,0.1,12345678901234567890.123456789]');
  });

  it('keeps a JSON string in a SUPER column a string, so that double encoding shows', async () => {
    await copyText('{"id":"1","body":"{\\"a\\":1}"}');

    expect((await rows())[0]?.body).toBe('"{\\"a\\":1}"');
  });

  it('matches keys by their exact case, ignores unknown ones and leaves missing ones NULL', async () => {
    await copyText('{"id":"1","NAME":"x","other":{"id":"9"},"n":null}');

    expect((await rows())[0]).toMatchObject({ id: '1', name: null, n: null, body: 'null' });
  });

  it('applies the offset of a time', async () => {
    await copyText('{"id":"1","at":"2026-01-01T00:30:00+01:00"}');

    expect((await rows())[0]?.at).toBe('2025-12-31 23:30:00');
  });

  it('accepts objects with newlines, blanks or nothing between them, and objects over several lines', async () => {
    expect(await copyText('{"id":"1"}{"id":"2"} {"id":"3"}\r\n\n{\n "id" : "4"\n}\n')).toBe(4);
  });

  it('does not touch the columns that its list leaves out', async () => {
    objects.put('s3://b/one', '{"id":"1","name":"x"}');

    await copy(`COPY t (id) FROM 's3://b/one' ${OPTIONS}`);

    expect((await rows())[0]?.name).toBeNull();
  });

  it('loads an empty object as no rows', async () => {
    expect(await copyText('')).toBe(0);
  });

  it.each([
    ['a truncated object', '{"id":"1"}\n{"id":"2"', 2, 'Invalid JSON'],
    ['bad JSON', '{"id":"1"}\n{"id":"2",}\n', 2, 'Invalid JSON'],
    ['text that is no object', '{"id":"1"}\n[1]', 2, 'Invalid JSON'],
    ['a missing value of a NOT NULL column', '{"id":"1"}\n\n{"name":"x"}', 3, 'not-null'],
    ['a null in a NOT NULL column', '{"id":null}', 1, 'not-null'],
    ['a text longer in bytes than its column', '{"id":"äääää"}', 1, 'exceeds DDL length'],
    ['a fraction in an INTEGER', '{"id":"1","n":1.5}', 1, 'Invalid digit'],
    ['a number beyond INTEGER', '{"id":"1","n":2147483648}', 1, 'Invalid digit'],
    ['a day that the calendar lacks', '{"id":"1","at":"2026-02-30T00:00:00Z"}', 1, 'Invalid timestamp'],
    ['an epoch in a TIMESTAMP', '{"id":"1","at":1767225600}', 1, 'Invalid timestamp'],
    ['a text in a BOOLEAN', '{"id":"1","b":"maybe"}', 1, 'Invalid boolean'],
    ['U+0000 in a VARCHAR', '{"id":"a\\u0000b"}', 1, 'null byte'],
    ['U+0000 in SUPER', '{"id":"1","body":{"a":"\\u0000"}}', 1, 'null byte'],
    ['a surrogate alone in SUPER', '{"id":"1"}\n{"id":"2","body":"\\ud800"}', 2, 'SUPER'],
    ['a DECIMAL that overflows', '{"id":"1","d":12345678901.5}', 1, 'number'],
  ])('refuses %s and reports the position', async (_, text, line, message) => {
    const detail = await detailOf(copyText(text));

    expect(detail).toMatchObject({ table: 't', file: 's3://b/one.json', line });
    expect(detail.message).toContain(message);
  });

  it('refuses bytes that are no UTF-8', async () => {
    objects.put('s3://b/one.json', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]));

    const detail = await detailOf(copy(`COPY t FROM 's3://b/one.json' ${OPTIONS}`));

    expect(detail.message).toContain('UTF8');
  });

  it('refuses a row above 4 MB', async () => {
    const detail = await detailOf(copyText(`{"id":"1","other":"${'x'.repeat(4 * 1024 * 1024)}"}`));

    expect(detail.message).toContain('4194304');
  });

  it('refuses a missing mandatory object by its name', async () => {
    objects.putGzip('s3://b/1.gz', '{"id":"1"}');
    objects.putManifest('s3://b/m', ['s3://b/1.gz', 's3://b/gone.gz']);

    const detail = await detailOf(copy(`COPY t FROM 's3://b/m' MANIFEST GZIP ${OPTIONS}`));

    expect(detail).toMatchObject({ file: 's3://b/gone.gz', message: 'The specified key does not exist.' });
  });

  it('refuses plain text where GZIP was promised, and a gzip that is cut off', async () => {
    objects.put('s3://b/plain', '{"id":"1"}');
    objects.put('s3://b/cut', gzipSync('{"id":"1"}').subarray(0, 20));

    const plain = await detailOf(copy(`COPY t FROM 's3://b/plain' GZIP ${OPTIONS}`));
    await redshift.client.query('ROLLBACK');
    await redshift.client.query('BEGIN');
    await runRedshift(redshift.client, 'CREATE TEMP TABLE t (id VARCHAR(8))');
    const cut = await detailOf(copy(`COPY t FROM 's3://b/cut' GZIP ${OPTIONS}`));

    expect([plain.message, cut.message]).toEqual([expect.stringContaining('gzip'), expect.stringContaining('gzip')]);
  });

  it('refuses a manifest or a prefix that names nothing', async () => {
    await expect(copy(`COPY t FROM 's3://b/none' MANIFEST ${OPTIONS}`)).rejects.toThrow('NoSuchKey');
    await expect(copy(`COPY t FROM 's3://b/none' ${OPTIONS}`)).rejects.toThrow('prefix');
  });

  it("takes ISO 8601 only with TIMEFORMAT 'auto'", async () => {
    objects.put('s3://b/one', '{"id":"1","at":"2026-01-01T00:00:00Z"}');

    const detail = await detailOf(copy(`COPY t FROM 's3://b/one' IAM_ROLE 'arn' FORMAT JSON 'auto'`));

    expect(detail.message).toContain('Invalid timestamp');
  });

  it.each([
    ['22003', 'numeric value out of range'],
    ['22P05', 'untranslatable character'],
    ['23505', 'unique violation'],
    ['23514', 'check violation'],
  ])('takes SQLSTATE %s of Postgres (%s) as the fault of the line', async (code) => {
    expect(await detailOf(copyInto(code))).toMatchObject({ file: 's3://b/one.json', line: 1 });
  });

  it.each([
    ['08006', 'connection failure'],
    ['25P02', 'transaction aborted'],
    ['40001', 'serialization failure'],
    ['40P01', 'deadlock'],
    ['42501', 'insufficient privilege'],
    ['53100', 'disk full'],
    ['53200', 'out of memory'],
    ['53300', 'too many connections'],
    ['55P03', 'lock not available'],
    ['57014', 'query cancelled'],
    ['57P01', 'administrator command'],
    ['58030', 'input or output error'],
    ['XX000', 'internal error'],
    ['XX001', 'damaged page'],
  ])('passes SQLSTATE %s of Postgres on (%s): no line is at fault', async (code) => {
    await expect(copyInto(code)).rejects.toMatchObject({ code, message: 'raised by a trigger' });
  });

  it('ends when it is aborted and leaves the connection usable', async () => {
    objects.put('s3://b/one', '{"id":"1"}\n'.repeat(20_000));
    const translation = translate(`COPY t FROM 's3://b/one' ${OPTIONS}`);
    if (translation.kind !== 'copy') throw new TypeError('Expected COPY.');
    const abort = new AbortController();

    const load = runCopy(translation.copy, { client: redshift.client, reader: objects, signal: abort.signal });
    abort.abort();

    await expect(load).rejects.toThrow();
    await redshift.client.query('ROLLBACK');
    expect(await runRedshift(redshift.client, 'SELECT 1 AS x')).toEqual([{ x: 1 }]);
  });

  it('loads 80,000 events', async () => {
    const body = `{"plan":"pro","price":2500315.63,"tags":["a","b"],"page":"/some/long/path/of/a/page","referrer":"https://example.com/with/a/path?and=query","agent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"}`;
    const lines = Array.from(
      { length: 80_000 },
      (_, n) => `{"id":"${n}","name":"page_viewed","at":"2026-01-01T00:00:00.000Z","n":${n},"body":${body}}\n`,
    );
    objects.putGzip('s3://b/big.gz', lines.join(''));

    expect(await copy(`COPY t FROM 's3://b/big.gz' GZIP ${OPTIONS}`)).toBe(80_000);
  });
});
