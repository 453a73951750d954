/** A bucket for the cases of S3, and the calls that most of them need. */
import { randomUUID } from 'node:crypto';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type PutObjectCommandOutput,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { type Json, type Opening, observeError } from '../case.ts';
import { s3Client } from '../clients.ts';
import type { Target } from '../target.ts';

export interface S3Ports {
  readonly endpoint: string | undefined;
  readonly s3: S3Client;
  /** A client that adds no checksums. */
  readonly withoutChecksums: S3Client;
  readonly bucket: string;
}

const aBucketName = (): string => `dataloaf-contract-${randomUUID().slice(0, 13)}`;

export async function openS3(target: Target): Promise<Opening<S3Ports>> {
  const s3 = s3Client(target);
  const withoutChecksums = s3Client(target, { requestChecksumCalculation: 'WHEN_REQUIRED' });
  const bucket = aBucketName();
  try {
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  } catch (error) {
    return { kind: 'absent', evidence: JSON.stringify(observeError(error)) };
  }
  const close = async (): Promise<void> => {
    await removeBucket(s3, bucket);
    s3.destroy();
    withoutChecksums.destroy();
  };
  const ports = { endpoint: target.endpoint, s3, withoutChecksums, bucket };
  return { kind: 'opened', opened: { ports, close } };
}

export async function removeBucket(s3: S3Client, bucket: string): Promise<void> {
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket })) {
    const keys = (page.Contents ?? []).map(({ Key }) => ({ Key }));
    if (keys.length > 0) await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: keys } }));
  }
  await s3.send(new DeleteBucketCommand({ Bucket: bucket }));
}

export function put(
  { s3, bucket }: S3Ports,
  key: string,
  input: Partial<PutObjectCommandInput> = {},
): Promise<PutObjectCommandOutput> {
  return s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'x', ...input }));
}

export async function putAll(ports: S3Ports, keys: readonly string[]): Promise<void> {
  for (const key of keys) await put(ports, key);
}

export async function read({ s3, bucket }: S3Ports, key: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return (await Body?.transformToString()) ?? '';
}

/** Sends a signed put with given values for headers that the client would otherwise compute. */
export function putWithHeaders(ports: S3Ports, key: string, headers: Readonly<Record<string, string>>): Promise<Json> {
  const command = new PutObjectCommand({ Bucket: ports.bucket, Key: key, Body: 'hello' });
  command.middlewareStack.add(
    (next) => (wire) => {
      if (hasHeaders(wire.request)) Object.assign(wire.request.headers, headers);
      return next(wire);
    },
    { step: 'build', priority: 'low' },
  );
  return ports.s3.send(command).then(() => 'accepted');
}

const hasHeaders = (request: unknown): request is { readonly headers: Record<string, string> } =>
  typeof request === 'object' && request !== null && 'headers' in request;
