/** Real AWS clients pointed at the gateway, and the environment that configures child processes in the same way. */
import { FirehoseClient } from '@aws-sdk/client-firehose';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { S3Client } from '@aws-sdk/client-s3';
import { DEVELOPER_KEY } from './identities.ts';

export const LOCAL_REGION = 'us-east-1';

/** The access key only says who calls: the gateway checks no signature. */
export const localAwsEnvironment = (
  gatewayUrl: string,
  accessKey = DEVELOPER_KEY,
): Readonly<Record<string, string>> => ({
  AWS_ENDPOINT_URL: gatewayUrl,
  AWS_ACCESS_KEY_ID: accessKey,
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_REGION: LOCAL_REGION,
});

const ignore = (): void => undefined;

const optionsFor = (gatewayUrl: string, accessKey = DEVELOPER_KEY) => ({
  endpoint: gatewayUrl,
  region: LOCAL_REGION,
  credentials: { accessKeyId: accessKey, secretAccessKey: 'local' },
  // The caller reports failures; the client would also write them to the console.
  logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
});

export const createS3Client = (gatewayUrl: string): S3Client =>
  new S3Client({ ...optionsFor(gatewayUrl), forcePathStyle: true });

export const createFirehoseClient = (gatewayUrl: string): FirehoseClient => new FirehoseClient(optionsFor(gatewayUrl));

export const createRedshiftDataClient = (gatewayUrl: string, accessKey?: string): RedshiftDataClient =>
  new RedshiftDataClient(optionsFor(gatewayUrl, accessKey));
