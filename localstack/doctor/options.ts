/** Options of `npm run doctor`. */
import { parseArgs } from 'node:util';
import { messageOf } from '@dataloaf/core/errors';
import type { DatabaseAddress } from '@dataloaf/core/warehouse/address';
import { WAREHOUSE_MEMBERS, type WarehouseMember } from '@dataloaf/core/warehouse/rights';

import { DoctorError } from './doctor-error.ts';

/** A function, and the AWS profile that has its role. */
interface RoleProfile {
  readonly role: WarehouseMember;
  readonly profile: string;
}

export interface AwsWhere {
  readonly kind: 'aws';
  readonly region: string;
  readonly address: DatabaseAddress;
  readonly bucket: string;
  readonly copyRole: string;
  readonly roles: readonly RoleProfile[];
  /** Do not ask on the terminal. */
  readonly isConfirmed: boolean;
}

export interface RunOptions {
  readonly kind: 'run';
  readonly where: { readonly kind: 'stand_in' } | AwsWhere;
  /** Folder of the transcript that is written; undefined writes none. */
  readonly record: string | undefined;
  readonly isJson: boolean;
}

export const HELP = `npm run doctor -- [options]

Asks a warehouse everything that DataLoaf depends on, in a schema of its own that it drops at the end: facts, the plan of
each statement, probes of what AWS's guide leaves open, and the real load of a golden corpus, twice. Prints a line for each
check. Exit code 0: as expected; 1: something is wrong, or it could not run; 2: an option is wrong.

Without --aws it starts a local stack of its own and asks the stand-in for Redshift, in about 20 s.

  --record DIR    also write a transcript: every text, status, error, row and time, without ids of an account
                  (with --aws the default is loader/docs/transcripts)
  --json          print the transcript with its verdicts instead of the report; progress goes to standard error
  --help          show this help

  --aws           a real warehouse. NOT TRIED YET: nobody has run this. It wakes the warehouse for some minutes, which
                  costs money, creates and drops the schema dataloaf_doctor_<id>, and writes and removes objects below
                  doctor/ and manifests/ of the bucket. Credentials come from the environment; they must be allowed to
                  use the Data API, to create a schema and to write into the bucket.

  --region R      region of all of them
  --workgroup W   Redshift Serverless; or
  --cluster C     a provisioned cluster, with --db-user U or --secret-arn ARN
  --secret-arn A  a secret with name and password of a database user who may create schemas, also for a workgroup
  --database D    the database
  --bucket B      a bucket that the COPY role may read
  --copy-role ARN the role that COPY uses
  --as F=PROFILE  repeatable, with --workgroup: try the rights of the function F (loader, merge, insights), and load as the loader, with a
                  profile of ~/.aws/config that has its role (role_arn and source_profile)
  --yes           do not ask for a confirmation

Ctrl-C cancels the statement in flight and removes what the run has made. After a kill, the next run does that, once the
rest is 30 minutes old.
`;

export type DoctorCommand = RunOptions | { readonly kind: 'help' };

/** @throws DoctorError */
export function parseDoctorOptions(args: readonly string[]): DoctorCommand {
  const values = parseFlags(args);
  if (values.help) return { kind: 'help' };
  const { record, json: isJson } = values;
  if (!values.aws) {
    const given = AWS_ONLY.find((name) => values[name] !== undefined && values[name] !== false);
    if (given !== undefined) throw optionError(`Expected --aws together with --${given}, got only the latter.`);
    return { kind: 'run', where: { kind: 'stand_in' }, record, isJson };
  }
  return { kind: 'run', where: awsOf(values), record, isJson };
}

const AWS_ONLY = [
  'region',
  'workgroup',
  'cluster',
  'db-user',
  'secret-arn',
  'database',
  'bucket',
  'copy-role',
  'as',
  'yes',
] as const;

type Flags = ReturnType<typeof parseFlags>;

function awsOf(values: Flags): AwsWhere {
  const missing = (['region', 'database', 'bucket', 'copy-role'] as const).filter((name) => values[name] === undefined);
  if (missing.length > 0) {
    throw optionError(`Expected ${missing.map((name) => `--${name}`).join(', ')} together with --aws.`);
  }
  const { region = '', bucket = '', 'copy-role': copyRole = '' } = values;
  if (!/^arn:[a-z-]+:iam::\d{12}:role\/\S+$/.test(copyRole)) {
    throw optionError(
      `Expected --copy-role to be the ARN of a role (arn:aws:iam::123456789012:role/NAME), got ${copyRole}.`,
    );
  }
  const roles = (values.as ?? []).map(roleOf);
  return { kind: 'aws', region, address: addressOf(values), bucket, copyRole, roles, isConfirmed: values.yes };
}

function addressOf(values: Flags): DatabaseAddress {
  const { workgroup, cluster, 'db-user': dbUser, 'secret-arn': secretArn, database = '' } = values;
  if (workgroup !== undefined && cluster === undefined) {
    if (dbUser === undefined) return { workgroup, secretArn, database };
    throw optionError('Expected --db-user only with --cluster: a workgroup maps the role of the caller to its user.');
  }
  if (cluster === undefined || workgroup !== undefined) throw optionError('Expected one of --workgroup and --cluster.');
  if (values.as !== undefined) {
    throw optionError('Expected --as only with --workgroup: the user of a cluster does not follow from a role.');
  }
  if (dbUser !== undefined && secretArn === undefined) return { cluster, dbUser, database };
  if (secretArn !== undefined && dbUser === undefined) return { cluster, secretArn, database };
  throw optionError('Expected one of --db-user and --secret-arn together with --cluster.');
}

function roleOf(given: string): RoleProfile {
  const [, name, profile] = /^([a-z]+)=(\S+)$/.exec(given) ?? [];
  const role = WAREHOUSE_MEMBERS.find((member) => member === name);
  if (role !== undefined && profile !== undefined) return { role, profile };
  const members = WAREHOUSE_MEMBERS.join(', ');
  throw optionError(`Expected --as to be FUNCTION=PROFILE, with a function of ${members}, got ${given}.`);
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        aws: { type: 'boolean', default: false },
        region: { type: 'string' },
        workgroup: { type: 'string' },
        cluster: { type: 'string' },
        'db-user': { type: 'string' },
        'secret-arn': { type: 'string' },
        database: { type: 'string' },
        bucket: { type: 'string' },
        'copy-role': { type: 'string' },
        as: { type: 'string', multiple: true },
        yes: { type: 'boolean', default: false },
        record: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false, short: 'h' },
      },
    }).values;
  } catch (cause) {
    throw optionError(`${messageOf(cause).split('. ')[0]?.replace(/\.$/, '')}.`, cause);
  }
}

const optionError = (message: string, cause?: unknown): DoctorError =>
  new DoctorError('option_invalid', message, { hint: 'Run npm run doctor -- --help for the options.', cause });
