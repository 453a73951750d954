/** COPY of JSON from S3 through the Data API, the only way in which the product loads rows into the warehouse. */
import { gzipSync } from 'node:zlib';
import type { DescribeStatementCommandOutput } from '@aws-sdk/client-redshift-data';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { Case, Json } from '../case.ts';
import { type DataApiPorts, emptyTable, resultOf, run } from './redshift-data-ports.ts';

const GUIDE = 'Amazon Redshift Database Developer Guide';
const JSON_FORMAT = `${GUIDE}, COPY from JSON format`;
const MANIFEST = `${GUIDE}, Using a manifest to specify data files`;
const LOAD_OPERATIONS = `${GUIDE}, COPY, Data load operations: MAXERROR`;

/** Copies these texts as gzip objects, by a manifest, into the empty table. */
async function copy(
  ports: DataApiPorts,
  texts: readonly string[],
  missing: readonly { readonly mandatory: boolean }[] = [],
): Promise<DescribeStatementCommandOutput> {
  const { s3, bucket, role, table } = ports;
  await emptyTable(ports);
  const put = (Key: string, Body: Buffer): Promise<unknown> =>
    s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  const keys = texts.map((_, index) => `copy/${index}.gz`);
  for (const [index, text] of texts.entries()) await put(keys[index] ?? '', gzipSync(text));
  const entries = [
    ...keys.map((key) => ({ url: `s3://${bucket}/${key}`, mandatory: true })),
    ...missing.map(({ mandatory }) => ({ url: `s3://${bucket}/copy/absent.gz`, mandatory })),
  ];
  await put('copy/manifest', Buffer.from(JSON.stringify({ entries })));
  const from = `FROM 's3://${bucket}/copy/manifest' IAM_ROLE '${role}'`;
  return run(ports, { Sql: `COPY ${table} (n, word) ${from} FORMAT JSON 'auto' GZIP MANIFEST MAXERROR 0` });
}

/** The rows of the table as `n word`, in order. */
async function rowsOf(ports: DataApiPorts): Promise<Json> {
  const { Id = '' } = await run(ports, { Sql: `SELECT n, word FROM ${ports.table} ORDER BY n` });
  const { Records = [] } = await resultOf(ports, Id);
  return Records.map(([n, word]) => `${n?.longValue ?? 'NULL'} ${word?.stringValue ?? 'NULL'}`);
}

async function endAndRows(ports: DataApiPorts, copied: Promise<DescribeStatementCommandOutput>): Promise<Json> {
  const { Status = '' } = await copied;
  return { status: Status, rows: await rowsOf(ports) };
}

const FAILED = { status: 'FAILED', rows: [] };

export const COPY_CASES: readonly Case<DataApiPorts>[] = [
  {
    id: 'redshift-data.copy',
    rule: 'COPY loads every gzip object of its manifest, as a sequence of JSON objects',
    source: `${MANIFEST}; ${JSON_FORMAT}`,
    expected: { status: 'FINISHED', rows: ['1 a', '2 b', '3 c'] },
    observe: (ports) => {
      const texts = ['{"n":1,"word":"a"}\n{"n":2,"word":"b"}\n', '{"word": "c", "n": 3}'];
      return endAndRows(ports, copy(ports, texts));
    },
  },
  {
    id: 'redshift-data.copy-keys',
    rule: 'keys without a column are ignored, columns without a key are NULL, and names are case-sensitive',
    source: `${JSON_FORMAT}, JSON 'auto'`,
    expected: { status: 'FINISHED', rows: ['1 NULL', '2 NULL'] },
    observe: (ports) => endAndRows(ports, copy(ports, ['{"n":1,"other":[1]}\n{"n":2,"WORD":"x"}\n'])),
  },
  {
    id: 'redshift-data.copy-mandatory',
    rule: 'COPY fails when a mandatory object of its manifest is missing, and skips an optional one',
    source: `${MANIFEST}, mandatory`,
    expected: { mandatory: FAILED, optional: { status: 'FINISHED', rows: ['1 a'] } },
    observe: async (ports) => {
      const texts = ['{"n":1,"word":"a"}\n'];
      return {
        mandatory: await endAndRows(ports, copy(ports, texts, [{ mandatory: true }])),
        optional: await endAndRows(ports, copy(ports, texts, [{ mandatory: false }])),
      };
    },
  },
  {
    id: 'redshift-data.copy-bad-row',
    rule: 'with MAXERROR 0 one invalid row fails the COPY, and no row is loaded',
    source: `${LOAD_OPERATIONS}; ${GUIDE}, COPY examples: load errors`,
    expected: { number: FAILED, json: FAILED },
    observe: async (ports) => ({
      number: await endAndRows(ports, copy(ports, ['{"n":1,"word":"a"}\n{"n":"one","word":"b"}\n'])),
      json: await endAndRows(ports, copy(ports, ['{"n":1,"word":"a"}\n{"n":2,\n'])),
    }),
  },
  {
    id: 'redshift-data.copy-length',
    rule: 'a string that is longer than its VARCHAR fails the COPY; the length is in bytes, not characters',
    source: `${GUIDE}, Character types: VARCHAR; COPY, Data conversion parameters: TRUNCATECOLUMNS`,
    expected: { fits: { status: 'FINISHED', rows: ['1 üüüüü'] }, bytes: FAILED },
    observe: async (ports) => ({
      fits: await endAndRows(ports, copy(ports, ['{"n":1,"word":"üüüüü"}\n'])),
      bytes: await endAndRows(ports, copy(ports, ['{"n":1,"word":"üüüüüü"}\n'])),
    }),
  },
];
