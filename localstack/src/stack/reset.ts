/** Empties a running stack: buckets and tables. Its addresses and keys stay. */
import { DeleteObjectsCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import type { Deployment } from '@dataloaf/infra/deployment';
import type { DeliveryStreams } from '../aws/firehose/delivery-streams.ts';
import type { LambdaRunner } from '../aws/lambda/runner.ts';
import type { Scheduler } from '../aws/scheduler/scheduler.ts';
import type { InsightsProcess } from './insights-process.ts';
import { publishKeys, type StackKeys } from './keys.ts';
import { createTables } from './product-steps.ts';
import type { LocalWarehouse } from './warehouse.ts';

export interface ResetPorts {
  readonly deployment: Deployment;
  readonly firehose: DeliveryStreams;
  readonly insights: InsightsProcess;
  readonly keys: StackKeys;
  readonly lambdas: LambdaRunner;
  readonly s3: S3Client;
  readonly scheduler: Scheduler;
  readonly warehouse: LocalWarehouse;
}

/** Between two loads: the loader must not see half of it. */
export const resetStack = (ports: ResetPorts): Promise<void> =>
  ports.scheduler.between('loader', async () => {
    const { deployment, firehose, insights, keys, lambdas, s3, warehouse } = ports;
    await firehose.flush();
    for (const bucket of Object.values(deployment.buckets)) await emptyBucket(s3, bucket);
    await warehouse.drop();
    await publishKeys(s3, deployment.buckets.events, keys);
    await createTables(lambdas);
    // It caches rows by the number of their load, and loads now count from one again.
    await insights.restart();
  });

async function emptyBucket(s3: S3Client, bucket: string): Promise<void> {
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket })) {
    const keys = (page.Contents ?? []).map(({ Key }) => ({ Key }));
    if (keys.length > 0) await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: keys } }));
  }
}
