/** Options of `npm run contract`. */
import { parseArgs } from 'node:util';
import { messageOf } from '@dataloaf/core/errors';
import { SERVICES, type Service } from './case.ts';
import { ContractError } from './contract-error.ts';

const TARGET_NAMES = ['embedded', 'containers', 'localstack', 'moto'] as const;
export type TargetName = (typeof TARGET_NAMES)[number];

/** What cannot be made by a call: names of things in a real account. */
export interface AwsNames {
  readonly workgroup: string | undefined;
  readonly database: string | undefined;
  readonly copyRole: string | undefined;
  readonly probe: string | undefined;
  readonly slow: string | undefined;
  readonly httpApi: string | undefined;
}

type Where =
  | { readonly kind: 'targets'; readonly names: readonly TargetName[] }
  | { readonly kind: 'endpoint'; readonly url: string }
  | { readonly kind: 'aws'; readonly names: AwsNames };

export interface RunOptions {
  readonly kind: 'run';
  readonly where: Where;
  readonly services: readonly Service[];
  /** Folder for transcripts of this run. */
  readonly record: string | undefined;
  /** Folder with transcripts that count instead of the documentation. */
  readonly replay: string | undefined;
}

export type ContractOptions = RunOptions | { readonly kind: 'write' } | { readonly kind: 'help' };

export const HELP = `npm run contract -- [options]

Checks what AWS documents, case by case, on our local AWS and on witnesses that this project did not write. Every
difference needs an entry that says who is right; without one, or with one that no longer holds, the run fails.

  --target NAME   only this one: embedded, containers, localstack, moto; may be given several times
                  (default: all that this machine can start; those that it cannot are named)
  --endpoint URL  another emulator, on this machine: http://127.0.0.1:4566
  --service NAME  only this one: ${SERVICES.join(', ')}; may be given several times
  --record DIR    also write transcripts: what each case saw and the exchanges behind it, ids masked
  --replay DIR    compare with transcripts instead of the documentation
  --write         write known-differences.md and contract-table.md from the entries, and end
  --help          this text

moto needs python3 and is installed below node_modules; LocalStack and containers need a Docker engine (DOCKER_HOST), and
take their images from DATALOAF_LOCALSTACK_IMAGE and DATALOAF_POSTGRES_IMAGE.

  --aws           a real account, after a question at the terminal. NOT TRIED YET: nobody has run this. It makes and
                  removes buckets, delivery streams and schedules, costs money, uses the region and the credentials of
                  the environment, and writes transcripts to localstack/contract/transcripts (or --record).
                  What it cannot make is named, or its cases do not run:
                  --workgroup W --database D --copy-role ARN
                                                   a Redshift Serverless workgroup, and a role of it that reads S3
                  --function F --slow-function S   functions with localstack/contract/probe/probe-function.mjs;
                                                   S with 1 s of timeout and a reserved concurrency of 1
                  --http-api URL                   an HTTP API with F behind GET and POST /probe, GET /probe/{id} and
                                                   GET /probe/fixed, payload format 2.0
`;

/** @throws ContractError */
export function parseContractOptions(args: readonly string[]): ContractOptions {
  const values = parseFlags(args);
  if (values.help) return { kind: 'help' };
  if (values.write) return { kind: 'write' };
  if (values.record !== undefined && values.replay !== undefined) {
    throw optionError('Expected --record or --replay, got both.');
  }
  return {
    kind: 'run',
    where: whereOf(values),
    services:
      values.service === undefined ? SERVICES : values.service.map((name) => oneOf('--service', name, SERVICES)),
    record: values.record,
    replay: values.replay,
  };
}

type Flags = ReturnType<typeof parseFlags>;

function whereOf(values: Flags): Where {
  const given = [values.aws, values.endpoint !== undefined, values.target !== undefined].filter(Boolean);
  if (given.length > 1) throw optionError('Expected one of --aws, --endpoint and --target, got several.');
  if (values.aws) {
    const { workgroup, database, 'copy-role': copyRole } = values;
    const { function: probe, 'slow-function': slow, 'http-api': httpApi } = values;
    return { kind: 'aws', names: { workgroup, database, copyRole, probe, slow, httpApi } };
  }
  if (values.endpoint !== undefined) return { kind: 'endpoint', url: assertLoopback(values.endpoint) };
  const names = values.target?.map((name) => oneOf('--target', name, TARGET_NAMES));
  return { kind: 'targets', names: names ?? TARGET_NAMES };
}

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** The cases make, fill and delete things: never in a place that might be somebody's. */
function assertLoopback(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !LOOPBACK.includes(url.hostname)) {
    throw optionError(`Expected --endpoint to be an address of this machine (http://127.0.0.1:PORT), got ${text}.`);
  }
  return url.origin;
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        target: { type: 'string', multiple: true },
        endpoint: { type: 'string' },
        service: { type: 'string', multiple: true },
        record: { type: 'string' },
        replay: { type: 'string' },
        write: { type: 'boolean', default: false },
        aws: { type: 'boolean', default: false },
        workgroup: { type: 'string' },
        database: { type: 'string' },
        'copy-role': { type: 'string' },
        function: { type: 'string' },
        'slow-function': { type: 'string' },
        'http-api': { type: 'string' },
        help: { type: 'boolean', default: false, short: 'h' },
      },
    }).values;
  } catch (cause) {
    throw optionError(`${messageOf(cause).split('. ')[0]?.replace(/\.$/, '')}.`, cause);
  }
}

function oneOf<Name extends string>(option: string, given: string, names: readonly Name[]): Name {
  const known = names.find((name) => name === given);
  if (known !== undefined) return known;
  throw optionError(`Expected ${option} to be one of ${names.join(', ')}, got ${given}.`);
}

const optionError = (message: string, cause?: unknown): ContractError =>
  new ContractError('option_invalid', message, { hint: 'npm run contract -- --help lists the options.', cause });
