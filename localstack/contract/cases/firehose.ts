/** The contract of Firehose: puts, their limits, and what arrives in S3. */
import { randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import {
  DescribeDeliveryStreamCommand,
  PutRecordBatchCommand,
  type PutRecordBatchCommandOutput,
  PutRecordCommand,
} from '@aws-sdk/client-firehose';
import { accepted, type Case, observeError, statusOf, suite } from '../case.ts';
import { arrivals, type Delivered, type FirehosePorts, openFirehose } from './firehose-ports.ts';

const API = 'Amazon Data Firehose API Reference';
const GUIDE = 'Amazon Data Firehose Developer Guide';
const QUOTAS = `${GUIDE}, Amazon Data Firehose quota`;

/** Start of the keys that the stream with time expressions delivers, evaluated or not. */
const TIMED = 'dt=';

const bytesOf = (text: string): Buffer => Buffer.from(text, 'utf8');

const putOne = ({ firehose, stream }: FirehosePorts, data: Buffer, name = stream) =>
  firehose.send(new PutRecordCommand({ DeliveryStreamName: name, Record: { Data: data } }));

const putBatch = (
  { firehose, stream }: FirehosePorts,
  records: readonly Buffer[],
): Promise<PutRecordBatchCommandOutput> =>
  firehose.send(new PutRecordBatchCommand({ DeliveryStreamName: stream, Records: records.map((Data) => ({ Data })) }));

/** The delivered text, decompressed where it is gzip. */
function textOf({ body }: Delivered): string {
  const isGzip = body[0] === 0x1f && body[1] === 0x8b;
  return (isGzip ? gunzipSync(body) : body).toString('utf8');
}

const CASES: readonly Case<FirehosePorts>[] = [
  {
    id: 'firehose.put-record',
    rule: 'PutRecord returns an id for the record',
    source: `${API}, PutRecord, Response Elements`,
    expected: { id: true },
    observe: async (ports) => {
      const { RecordId = '' } = await putOne(ports, bytesOf('one\n'));
      return { id: RecordId.length > 0 };
    },
  },
  {
    id: 'firehose.put-batch',
    rule: 'PutRecordBatch returns a result for every record, each with its own id',
    source: `${API}, PutRecordBatch, Response Elements`,
    expected: { failed: 0, ids: 3 },
    observe: async (ports) => {
      const answer = await putBatch(ports, ['a\n', 'b\n', 'c\n'].map(bytesOf));
      const ids = new Set((answer.RequestResponses ?? []).map(({ RecordId }) => RecordId));
      return { failed: answer.FailedPutCount ?? null, ids: ids.size };
    },
  },
  {
    id: 'firehose.unknown-stream',
    rule: 'a put to a stream that does not exist fails with ResourceNotFoundException',
    source: `${API}, PutRecord, Errors`,
    expected: {
      one: { status: 400, code: 'ResourceNotFoundException' },
      batch: { status: 400, code: 'ResourceNotFoundException' },
      describe: { status: 400, code: 'ResourceNotFoundException' },
    },
    observe: async (ports) => {
      const absent = { ...ports, stream: `absent-${randomUUID()}` };
      const describe = new DescribeDeliveryStreamCommand({ DeliveryStreamName: absent.stream });
      return {
        one: await accepted(putOne(absent, bytesOf('x'))).catch(observeError),
        batch: await accepted(putBatch(absent, [bytesOf('x')])).catch(observeError),
        describe: await accepted(ports.firehose.send(describe)).catch(observeError),
      };
    },
  },
  {
    id: 'firehose.batch-records-limit',
    rule: 'a batch has 1 to 500 records',
    source: `${API}, PutRecordBatch, Records; ${QUOTAS}`,
    expected: { none: { status: 400 }, most: { status: 200 }, more: { status: 400 } },
    observe: async (ports) => ({
      none: await statusOf(putBatch(ports, [])),
      most: await statusOf(
        putBatch(
          ports,
          Array.from({ length: 500 }, () => bytesOf('x\n')),
        ),
      ),
      more: await statusOf(
        putBatch(
          ports,
          Array.from({ length: 501 }, () => bytesOf('x\n')),
        ),
      ),
    }),
  },
  {
    id: 'firehose.record-limit',
    rule: 'a record has at most 1,000 KiB before base64',
    source: `${API}, Record, Data; ${QUOTAS}`,
    expected: { most: { status: 200 }, more: { status: 400 }, moreInBatch: { status: 400 } },
    observe: async (ports) => ({
      most: await statusOf(putOne(ports, Buffer.alloc(1_024_000, 'x'))),
      more: await statusOf(putOne(ports, Buffer.alloc(1_024_001, 'x'))),
      moreInBatch: await statusOf(putBatch(ports, [Buffer.alloc(1_024_001, 'x')])),
    }),
  },
  {
    id: 'firehose.batch-bytes-limit',
    rule: 'a batch has at most 4 MiB in total',
    source: `${API}, PutRecordBatch; ${QUOTAS}`,
    expected: { most: { status: 200 }, more: { status: 400 } },
    observe: async (ports) => {
      const megabyte = Array.from({ length: 4 }, () => Buffer.alloc(1_000_000, 'x'));
      return {
        most: await statusOf(putBatch(ports, [...megabyte, Buffer.alloc(194_304, 'x')])),
        more: await statusOf(putBatch(ports, [...megabyte, Buffer.alloc(194_305, 'x')])),
      };
    },
  },
  {
    id: 'firehose.empty-record',
    rule: 'a record may be empty',
    source: `${API}, Record, Data (minimum length 0)`,
    expected: { status: 200 },
    observe: (ports) => statusOf(putOne(ports, Buffer.alloc(0))),
  },
  {
    id: 'firehose.stream-name',
    rule: 'a stream name has at most 64 letters, digits, dots, underscores and hyphens',
    source: `${API}, PutRecord, DeliveryStreamName`,
    expected: { long: { status: 400 }, characters: { status: 400 } },
    observe: async (ports) => ({
      long: await statusOf(putOne(ports, bytesOf('x'), 'a'.repeat(65))),
      characters: await statusOf(putOne(ports, bytesOf('x'), 'a b')),
    }),
  },
  {
    id: 'firehose.describe',
    rule: 'DescribeDeliveryStream returns state, buffering, compression and prefix',
    source: `${API}, DescribeDeliveryStream; ExtendedS3DestinationDescription`,
    expected: { status: 'ACTIVE', type: 'DirectPut', compression: 'GZIP', mb: 1, seconds: 60, prefix: true },
    observe: async ({ firehose, stream }) => {
      const { DeliveryStreamDescription: description } = await firehose.send(
        new DescribeDeliveryStreamCommand({ DeliveryStreamName: stream }),
      );
      const destination = description?.Destinations?.[0]?.ExtendedS3DestinationDescription;
      return {
        status: description?.DeliveryStreamStatus ?? null,
        type: description?.DeliveryStreamType ?? null,
        compression: destination?.CompressionFormat ?? null,
        mb: destination?.BufferingHints?.SizeInMBs ?? null,
        seconds: destination?.BufferingHints?.IntervalInSeconds ?? null,
        prefix: destination?.Prefix?.includes('!{timestamp:') ?? false,
      };
    },
  },
  {
    id: 'firehose.buffers',
    rule: 'records are buffered until the buffer reaches the age or size of its hints, then delivered together as one object',
    source: `${GUIDE}, Understand data delivery in Amazon Data Firehose (buffer size and buffer interval)`,
    expected: { atOnce: 0, afterInterval: 1 },
    observe: async (ports) => {
      const earlier = await arrivals(ports, { prefix: TIMED, atLeast: 0, isSettled: true });
      await putOne(ports, bytesOf('a\n'));
      await putOne(ports, bytesOf('b\n'));
      const atOnce = await arrivals(ports, { prefix: TIMED, atLeast: 0 });
      const after = await arrivals(ports, { prefix: TIMED, atLeast: atOnce.length + 1, isSettled: true });
      return { atOnce: atOnce.length - earlier.length, afterInterval: after.length - atOnce.length };
    },
  },
  {
    id: 'firehose.size',
    rule: 'a buffer that has reached its size does not wait for its interval',
    source: `${GUIDE}, Understand data delivery in Amazon Data Firehose (buffer size and buffer interval)`,
    expected: { arrived: true },
    observe: async (ports) => {
      const before = await arrivals(ports, { prefix: TIMED, atLeast: 0, isSettled: true });
      await putBatch(ports, [Buffer.alloc(600_000, 'x'), Buffer.alloc(600_000, 'y')]);
      const after = await arrivals(ports, { prefix: TIMED, atLeast: before.length + 1 });
      return { arrived: after.length > before.length };
    },
  },
  {
    id: 'firehose.concatenates',
    rule: 'records are concatenated in order, byte for byte, with nothing in between',
    source: `${API}, PutRecordBatch (delimiters are the sender's) and ${GUIDE}, data delivery to Amazon S3`,
    expected: 'no newline|\u0000\u0001ü|with newline\n|',
    observe: async (ports) => {
      const records = ['no newline|', '\u0000\u0001ü|', 'with newline\n|'].map(bytesOf);
      return (await deliveredBy(ports, () => putBatch(ports, records))).map(textOf).join('');
    },
  },
  {
    id: 'firehose.gzip',
    rule: 'with GZIP the object is compressed with gzip',
    source: `${API}, ExtendedS3DestinationConfiguration, CompressionFormat`,
    expected: { gzip: true, text: 'zipped\n' },
    observe: async (ports) => {
      const objects = await deliveredBy(ports, () => putOne(ports, bytesOf('zipped\n')));
      const [object] = objects;
      return {
        gzip: object?.body[0] === 0x1f && object.body[1] === 0x8b,
        text: object === undefined ? '' : textOf(object),
      };
    },
  },
  {
    id: 'firehose.prefix-expressions',
    rule: 'time expressions in the prefix are evaluated in UTC, and nothing is appended to the prefix',
    source: `${GUIDE}, Understand custom prefixes for Amazon S3 objects`,
    expected: 'dt=<date>/hr=<hour>/<stream>-<version>-<time>-<random>',
    observe: async (ports) => {
      const [object] = await deliveredBy(ports, () => putOne(ports, bytesOf('x\n')));
      return shapeOfKey(object?.key ?? '', ports.stream);
    },
  },
  {
    id: 'firehose.prefix-default-time',
    rule: 'a prefix without expressions is followed by the UTC time as YYYY/MM/DD/HH/',
    source: `${GUIDE}, Configure Amazon S3 object name format`,
    expected: 'plain/<date>/<hour>/<stream>-<version>-<time>-<random>',
    observe: async (ports) => {
      const plain = { ...ports, stream: ports.plainStream };
      const [object] = await deliveredBy(plain, () => putOne(plain, bytesOf('x\n')), 'plain/');
      return shapeOfKey(object?.key ?? '', ports.plainStream);
    },
  },
];

/** The objects that `put` caused, once they have arrived. */
async function deliveredBy(
  ports: FirehosePorts,
  put: () => Promise<unknown>,
  prefix = TIMED,
): Promise<readonly Delivered[]> {
  await arrivals(ports, { prefix, atLeast: 0, isSettled: true });
  const before = await arrivals(ports, { prefix, atLeast: 0 });
  await put();
  const after = await arrivals(ports, { prefix, atLeast: before.length + 1, isSettled: true });
  const known = new Set(before.map(({ key }) => key));
  return after.filter(({ key }) => !known.has(key));
}

/** A key with placeholders for times and random parts, without its file extension, which depends on other settings. */
function shapeOfKey(key: string, stream: string): string {
  return key
    .replace(stream, '<stream>')
    .replace(/<stream>-\d{1,3}-\d{4}(?:-\d{2}){5}-[0-9a-zA-Z-]+(?:\.gz)?$/, '<stream>-<version>-<time>-<random>')
    .replace(/<stream>-\d{4}(?:-\d{2}){5}-[0-9a-zA-Z-]+(?:\.gz)?$/, '<stream>-<time>-<random>')
    .replace(/\d{4}-\d{2}-\d{2}/, '<date>')
    .replace(/hr=\d{2}\//, 'hr=<hour>/')
    .replace(/\d{4}\/\d{2}\/\d{2}\/\d{2}\//, '<date>/<hour>/');
}

export const FIREHOSE_SUITE = suite('firehose', openFirehose, CASES);
