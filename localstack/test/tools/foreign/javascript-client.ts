/** The JavaScript SDK, which the product uses; the other clients are compared with it. */
import * as firehose from '@aws-sdk/client-firehose';
import * as lambda from '@aws-sdk/client-lambda';
import * as redshiftData from '@aws-sdk/client-redshift-data';
import * as s3 from '@aws-sdk/client-s3';
import * as scheduler from '@aws-sdk/client-scheduler';
import { clientOptions } from '../aws-fixture.ts';
import type { ForeignClient, Members, Outcome } from './client.ts';
import type { ForeignService } from './steps.ts';

interface Sender {
  // biome-ignore lint/suspicious/noExplicitAny: each client types the commands that it sends.
  send(command: any): Promise<object>;
  destroy(): void;
}

export function javascriptClient(endpoint: string): ForeignClient {
  const options = clientOptions(endpoint);
  const apis: Readonly<Record<ForeignService, { readonly client: Sender; readonly module: object }>> = {
    s3: { client: new s3.S3Client({ ...options, forcePathStyle: true }), module: s3 },
    firehose: { client: new firehose.FirehoseClient(options), module: firehose },
    'redshift-data': { client: new redshiftData.RedshiftDataClient(options), module: redshiftData },
    scheduler: { client: new scheduler.SchedulerClient(options), module: scheduler },
    lambda: { client: new lambda.LambdaClient(options), module: lambda },
  };
  return {
    async call({ service, operation, input }): Promise<Outcome> {
      const { client, module } = apis[service];
      const Command = Reflect.get(module, `${operation}Command`);
      try {
        return { kind: 'answer', members: await readable(await client.send(new Command(withBytes(input)))) };
      } catch (error) {
        if (error instanceof Error && '$metadata' in error) return { kind: 'error', code: error.name };
        throw error;
      }
    },
    async close() {
      for (const { client } of Object.values(apis)) client.destroy();
    },
  };
}

/** The SDK needs bytes where the models have bytes. */
function withBytes(input: object): object {
  const text = JSON.stringify(input);
  return JSON.parse(text, (name, value) =>
    (name === 'Data' || name === 'Payload') && typeof value === 'string' ? Buffer.from(value) : value,
  );
}

async function readable(output: object): Promise<Members> {
  const members = Object.entries(output).map(async ([name, value]) => {
    const read = typeof value === 'object' && value !== null ? Reflect.get(value, 'transformToString') : undefined;
    return [name, typeof read === 'function' ? await read.call(value) : value] as const;
  });
  return JSON.parse(JSON.stringify(Object.fromEntries(await Promise.all(members))));
}
