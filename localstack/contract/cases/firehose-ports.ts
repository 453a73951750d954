/** Two streams into a bucket, the target's own or created here, and the objects that have arrived in that bucket. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateDeliveryStreamCommand,
  DeleteDeliveryStreamCommand,
  DescribeDeliveryStreamCommand,
  type FirehoseClient,
} from '@aws-sdk/client-firehose';
import { CreateBucketCommand, GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { type Opening, observeError } from '../case.ts';
import { firehoseClient, s3Client } from '../clients.ts';
import type { FirehoseResources, Target } from '../target.ts';
import { removeBucket } from './s3-ports.ts';

export interface FirehosePorts {
  readonly firehose: FirehoseClient;
  readonly s3: S3Client;
  readonly bucket: string;
  readonly stream: string;
  readonly plainStream: string;
  readonly settle: (() => Promise<void>) | undefined;
  readonly arrivalMsMax: number;
}

export interface Delivered {
  readonly key: string;
  readonly body: Buffer;
}

/** Prefix of `stream`; the prefix of the plain stream is `plain/`. */
export const TIMED_PREFIX = 'dt=!{timestamp:yyyy-MM-dd}/hr=!{timestamp:HH}/';
/** AWS delivers shortly after the interval of 60 s; emulators deliver at once or on request. */
const ARRIVAL_MS_MAX = { aws: 150_000, emulator: 5_000 } as const;
const ACTIVE_MS_MAX = 60_000;
const POLL_MS = 100;

export async function openFirehose(target: Target): Promise<Opening<FirehosePorts>> {
  const firehose = firehoseClient(target);
  const s3 = s3Client(target);
  const isOwn = target.firehose === undefined;
  if (isOwn && target.endpoint === undefined) return { kind: 'absent', evidence: 'no --stream was given' };
  const parts = target.firehose ?? newNames();
  if (isOwn) {
    await s3.send(new CreateBucketCommand({ Bucket: parts.bucket }));
    const failure = await createStreams(firehose, parts).catch(observeError);
    if (failure !== undefined) {
      await removeBucket(s3, parts.bucket);
      return { kind: 'absent', evidence: JSON.stringify(failure) };
    }
  }
  const close = async (): Promise<void> => {
    if (isOwn) await remove({ firehose, s3 }, parts);
    firehose.destroy();
    s3.destroy();
  };
  const arrivalMsMax = ARRIVAL_MS_MAX[target.endpoint === undefined ? 'aws' : 'emulator'];
  const ports = { firehose, s3, settle: undefined, arrivalMsMax, ...parts };
  return { kind: 'opened', opened: { ports, close } };
}

function newNames(): FirehoseResources {
  const name = `dataloaf-contract-${randomUUID().slice(0, 8)}`;
  return { bucket: `${name}-delivered`, stream: name, plainStream: `${name}-plain` };
}

interface Clients {
  readonly firehose: FirehoseClient;
  readonly s3: S3Client;
}

async function createStreams(firehose: FirehoseClient, parts: FirehoseResources): Promise<undefined> {
  const streams = [
    { name: parts.stream, prefix: TIMED_PREFIX },
    { name: parts.plainStream, prefix: 'plain/' },
  ];
  for (const { name, prefix } of streams) {
    await firehose.send(
      new CreateDeliveryStreamCommand({
        DeliveryStreamName: name,
        DeliveryStreamType: 'DirectPut',
        ExtendedS3DestinationConfiguration: {
          RoleARN: 'arn:aws:iam::000000000000:role/contract',
          BucketARN: `arn:aws:s3:::${parts.bucket}`,
          Prefix: prefix,
          ErrorOutputPrefix: 'errors/!{firehose:error-output-type}/',
          BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 60 },
          CompressionFormat: 'GZIP',
        },
      }),
    );
    await untilActive(firehose, name);
  }
}

async function untilActive(firehose: FirehoseClient, name: string): Promise<void> {
  for (let waited = 0; waited < ACTIVE_MS_MAX; waited += POLL_MS) {
    const answer = await firehose.send(new DescribeDeliveryStreamCommand({ DeliveryStreamName: name }));
    if (answer.DeliveryStreamDescription?.DeliveryStreamStatus === 'ACTIVE') return;
    await sleep(POLL_MS);
  }
}

async function remove({ firehose, s3 }: Clients, parts: FirehoseResources): Promise<void> {
  for (const name of [parts.stream, parts.plainStream]) {
    await firehose.send(new DeleteDeliveryStreamCommand({ DeliveryStreamName: name }));
  }
  await removeBucket(s3, parts.bucket);
}

export interface ArrivalQuery {
  readonly prefix: string;
  /** Waits until this many objects have arrived, as long as a delivery may take. */
  readonly atLeast: number;
  /** First delivers everything that is pending, where the target supports it. */
  readonly isSettled?: boolean;
}

/** The objects that have been delivered under the prefix. */
export async function arrivals(ports: FirehosePorts, query: ArrivalQuery): Promise<readonly Delivered[]> {
  if (query.isSettled === true) await ports.settle?.();
  for (let waited = 0; ; waited += POLL_MS) {
    const keys = await listAll(ports, query.prefix);
    if (keys.length >= query.atLeast || waited >= ports.arrivalMsMax) {
      return Promise.all(keys.map((key) => readDelivered(ports, key)));
    }
    await sleep(POLL_MS);
  }
}

async function listAll({ s3, bucket }: FirehosePorts, prefix: string): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix })) {
    keys.push(...(page.Contents ?? []).map(({ Key = '' }) => Key));
  }
  return keys;
}

async function readDelivered({ s3, bucket }: FirehosePorts, key: string): Promise<Delivered> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return { key, body: Buffer.from((await Body?.transformToByteArray()) ?? []) };
}
