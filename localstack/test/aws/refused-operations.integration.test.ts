import * as firehose from '@aws-sdk/client-firehose';
import * as lambda from '@aws-sdk/client-lambda';
import * as redshiftData from '@aws-sdk/client-redshift-data';
import * as s3 from '@aws-sdk/client-s3';
import * as scheduler from '@aws-sdk/client-scheduler';
import { describe, expect, it } from 'vitest';
import { clientOptions } from '../tools/aws-fixture.ts';
import { CLAIMED } from '../tools/claimed-operations.ts';
import { useOurs } from '../tools/ours-fixture.ts';

const ours = useOurs();

/** The members that any operation needs to become a request: clients omit those that they do not know. */
const INPUT = {
  Bucket: 'some-bucket',
  Key: 'some-key',
  UploadId: 'some-upload',
  PartNumber: 1,
  Id: 'some-id',
  AnnotationName: 'some-annotation',
  CopySource: 'some-bucket/other-key',
  RenameSource: '/some-bucket/other-key',
  SourceBucket: 'some-bucket',
  DeliveryStreamName: 'some-stream',
  Name: 'some-name',
  ResourceArn: 'arn:aws:scheduler:us-east-1:000000000000:schedule-group/some-name',
};

/**
 * Never sent to this address under their own name: the first starts with CreateSession, the second goes to another host.
 */
const ELSEWHERE = ['ListDirectoryBuckets', 'WriteGetObjectResponse'];

/** The part that all clients share. */
interface Sender {
  // biome-ignore lint/suspicious/noExplicitAny: each client types the commands that it sends.
  send(command: any): Promise<unknown>;
  destroy(): void;
}
type CommandClass = new (input: typeof INPUT) => object;

interface Api {
  readonly service: keyof typeof CLAIMED;
  readonly module: object;
  readonly open: (endpoint: string) => Sender;
}

const APIS: readonly Api[] = [
  { service: 's3', module: s3, open: (url) => new s3.S3Client({ ...clientOptions(url), forcePathStyle: true }) },
  { service: 'firehose', module: firehose, open: (url) => new firehose.FirehoseClient(clientOptions(url)) },
  {
    service: 'redshift-data',
    module: redshiftData,
    open: (url) => new redshiftData.RedshiftDataClient(clientOptions(url)),
  },
  { service: 'scheduler', module: scheduler, open: (url) => new scheduler.SchedulerClient(clientOptions(url)) },
];

function commandsOf(module: object): readonly { readonly name: string; readonly Command: CommandClass }[] {
  return Object.entries(module)
    .filter(([name, value]) => name.endsWith('Command') && name !== '$Command' && typeof value === 'function')
    .map(([name, Command]) => ({ name: name.slice(0, -'Command'.length), Command }))
    .filter(({ name }) => !ELSEWHERE.includes(name));
}

describe.each(APIS)('$service', ({ service, module, open }) => {
  const commands = commandsOf(module);
  const claimed: readonly string[] = CLAIMED[service];
  const refused = commands.filter(({ name }) => !claimed.includes(name));

  it('claims operations that exist', () => {
    expect(commands.map(({ name }) => name)).toEqual(expect.arrayContaining([...claimed]));
    expect(refused.length).toBeGreaterThan(5);
  });

  it.each(refused.map(({ name, Command }) => [name, Command] as const))(
    'refuses %s by its name',
    async (name, Command) => {
      const client = open(ours.endpoint);

      const failure = await client.send(new Command(INPUT)).then(
        () => undefined,
        (error: unknown) => error,
      );

      client.destroy();
      expect(failure).toMatchObject({ name: 'NotImplemented', $metadata: { httpStatusCode: 501 } });
      expect(String(failure)).toContain(`does not emulate ${name} of ${service}`);
    },
  );
});

describe('lambda', () => {
  it.each(['GetFunction', 'ListFunctions', 'CreateFunction'] as const)('refuses %s', async (name) => {
    const client = new lambda.LambdaClient(clientOptions(ours.endpoint));
    const command = {
      GetFunction: () => new lambda.GetFunctionCommand({ FunctionName: 'ingest' }),
      ListFunctions: () => new lambda.ListFunctionsCommand({}),
      CreateFunction: () => new lambda.CreateFunctionCommand({ FunctionName: 'x', Role: 'r', Code: {} }),
    }[name]();

    const failure = await client.send(command as lambda.GetFunctionCommand).catch((error: unknown) => error);

    client.destroy();
    expect(failure).toMatchObject({ name: 'NotImplemented', $metadata: { httpStatusCode: 501 } });
    expect(String(failure)).toContain(`does not emulate ${name} of lambda`);
  });

  it.each([{ InvocationType: 'Event' }, { LogType: 'Tail' }] as const)('refuses Invoke with %o', async (input) => {
    const client = new lambda.LambdaClient(clientOptions(ours.endpoint));

    const invoked = client.send(new lambda.InvokeCommand({ FunctionName: 'ingest', ...input }));

    await expect(invoked).rejects.toThrow(`does not emulate Invoke with ${Object.keys(input)[0]}`);
    client.destroy();
  });
});
