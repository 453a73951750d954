/** The warehouse that a run asks: the stand-in of a stack of its own, or a real one. */
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { S3Client } from '@aws-sdk/client-s3';
import { createLog } from '@dataloaf/core/log';
import { WAREHOUSE_MEMBERS, type WarehouseMember } from '@dataloaf/core/warehouse/rights';
import { LOCAL_DATABASE, LOCAL_NAME, LOCAL_WORKGROUP } from '@dataloaf/infra/local-names';
import type { DoctorOptions, DoctorPorts } from '@dataloaf/loader/doctor/run-doctor';
import { createRedshiftDataClient, createS3Client } from '../src/aws/clients.ts';
import { accessKeyOf } from '../src/aws/identities.ts';
import { createEphemeralFolder } from '../src/run/ephemeral-folder.ts';
import { startStack } from '../src/stack/stack.ts';
import { DoctorError } from './doctor-error.ts';
import type { AwsWhere } from './options.ts';

export interface DoctorTarget {
  readonly options: Omit<DoctorOptions, 'checks'>;
  readonly ports: Pick<DoctorPorts, 'client' | 'roles' | 's3'>;
  stop(): Promise<void>;
}

/** Any role: the local COPY reads every bucket. */
const LOCAL_COPY_ROLE = 'arn:aws:iam::000000000000:role/dataloaf-local-copy';

/** As the deployment names the IAM roles of its functions. */
const roleOf = (member: WarehouseMember): string => `${LOCAL_NAME}-${member}`;

export async function startStandIn(signal: AbortSignal): Promise<DoctorTarget> {
  // As `npm run local -- --ephemeral` does: it also removes the folders of killed runs.
  const dir = await createEphemeralFolder();
  const remove = (): Promise<void> => rm(dir, { recursive: true, force: true });
  try {
    const log = createLog({ name: 'doctor', level: 'silent' });
    const ports = { insights: 0, api: 0, aws: 0 };
    const stack = await startStack({ dir, ports, log, isEphemeral: true, functionLogLevel: 'silent', signal });
    const client = createRedshiftDataClient(stack.facts.aws);
    const roles = WAREHOUSE_MEMBERS.map((role) => ({
      role,
      client: createRedshiftDataClient(stack.facts.aws, accessKeyOf(roleOf(role))),
    }));
    return {
      options: {
        address: { workgroup: LOCAL_WORKGROUP, database: LOCAL_DATABASE },
        bucket: stack.facts.buckets.events,
        roleArn: LOCAL_COPY_ROLE,
      },
      ports: { client, roles, s3: createS3Client(stack.facts.aws) },
      stop: async () => {
        for (const each of [client, ...roles.map((one) => one.client)]) each.destroy();
        await stack.stop();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

export function openAws({ region, address, bucket, copyRole, roles }: AwsWhere): DoctorTarget {
  const client = new RedshiftDataClient({ region });
  const s3 = new S3Client({ region });
  const roleClients = roles.map(({ role, profile }) => ({ role, client: new RedshiftDataClient({ region, profile }) }));
  return {
    options: { address, bucket, roleArn: copyRole },
    ports: { client, roles: roleClients, s3 },
    stop: async () => {
      for (const each of [client, s3, ...roleClients.map((one) => one.client)]) each.destroy();
    },
  };
}

const PHRASE = 'use my account';

/** @throws DoctorError when the user declines, or there is no terminal */
export async function confirmAws({ address, bucket, isConfirmed }: AwsWhere): Promise<void> {
  if (isConfirmed) return;
  if (process.stdin.isTTY !== true) {
    throw new DoctorError('aws_unconfirmed', 'Expected a terminal to confirm --aws, got none.', {
      hint: 'Run it by hand, or with --yes. No request was sent.',
    });
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const name = 'cluster' in address ? address.cluster : address.workgroup;
  const answer = await lines.question(
    `This has never been tried. It wakes ${name} for some minutes, which costs money, creates and drops a schema in\n` +
      `${address.database}, and writes and removes objects in ${bucket}. Type "${PHRASE}" to continue: `,
  );
  lines.close();
  if (answer.trim() === PHRASE) return;
  throw new DoctorError('aws_unconfirmed', `Expected "${PHRASE}", got something else. No request was sent.`);
}
