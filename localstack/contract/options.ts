/** Options of `npm run contract`. */
import { parseArgs } from 'node:util';
import { messageOf } from '@dataloaf/core/errors';
import { ContractError } from './contract-error.ts';
import { PARSER_NAMES, type ParserName } from './parsers/parsers.ts';
import { SERVICES, type Service } from './services.ts';

const TARGET_NAMES = ['embedded', 'containers', 'localstack', 'moto'] as const;
export type TargetName = (typeof TARGET_NAMES)[number];
const ALL_NAMES = [...TARGET_NAMES, ...PARSER_NAMES] as const;

/** Resources that must exist on a target because no case creates them. */
export interface Names {
  readonly stream: string | undefined;
  readonly plainStream: string | undefined;
  readonly deliveryBucket: string | undefined;
  readonly workgroup: string | undefined;
  readonly database: string | undefined;
  readonly copyRole: string | undefined;
  readonly schedule: string | undefined;
  readonly probe: string | undefined;
  readonly slow: string | undefined;
  readonly httpApi: string | undefined;
}

type Where =
  /** `isChosen`: the user chose it, so a target that cannot start is a failure. */
  | {
      readonly kind: 'targets';
      readonly names: readonly TargetName[];
      readonly parsers: readonly ParserName[];
      readonly isChosen: boolean;
    }
  | { readonly kind: 'endpoint'; readonly url: string; readonly names: Names }
  | { readonly kind: 'aws'; readonly names: Names };

export interface RunOptions {
  readonly kind: 'run';
  readonly where: Where;
  readonly services: readonly Service[];
  /** Folder for transcripts of this run. */
  readonly record: string | undefined;
  /** Folder with transcripts to compare with, instead of the documentation. */
  readonly replay: string | undefined;
}

export type ContractOptions = RunOptions | { readonly kind: 'write' } | { readonly kind: 'help' };

export const HELP = `npm run contract -- [options]

Checks what AWS documents, case by case, on our local AWS and on two emulators from other projects (witnesses). Every
difference needs an entry that says who is right. A difference without an entry fails the run, and so does a stale entry.
Two parsers from other projects read every SQL text that we send, with entries of the same kind.

  --target NAME   embedded, containers, localstack or moto, or a parser, sqlglot or sqlfluff; repeatable
                  (default: all that this machine can start; the others are listed)
  --endpoint URL  another emulator on this machine, for example http://127.0.0.1:4566
  --service NAME  ${SERVICES.join(', ')}; repeatable
  --record DIR    also write transcripts: the observation of each case and its HTTP exchanges, with masked ids
  --replay DIR    compare with transcripts instead of the documentation
  --write         write known-differences.md and contract-table.md from the entries, then exit
  --help          show this help

moto and the parsers need python3 and are installed below node_modules; the parsers run with the service redshift-data. LocalStack and containers need a Docker engine (DOCKER_HOST);
DATALOAF_LOCALSTACK_IMAGE and DATALOAF_POSTGRES_IMAGE override their images.

  --aws           a real account, after a confirmation on the terminal. NOT TRIED YET: nobody has run this. It creates,
                  fills and removes buckets, writes into the resources named below, costs money, uses the region and the
                  credentials of the environment, and writes transcripts to localstack/contract/transcripts (or --record).

--aws and --endpoint need the names of existing resources. On AWS, services without them do not run:
  --stream S --plain-stream P --delivery-bucket B
                  delivery streams into B with 60 s, 1 MB and GZIP: S with the prefix
                  dt=!{timestamp:yyyy-MM-dd}/hr=!{timestamp:HH}/, P with the prefix plain/
  --workgroup W --database D --copy-role ARN
                  a Redshift Serverless workgroup, its database, and the role that COPY uses
  --function F --slow-function G
                  functions with the code of localstack/contract/probe/probe-function.mjs; G with a timeout of 1 s and a
                  reserved concurrency of 1
  --schedule NAME a schedule with rate(3 minutes) and the target F
  --http-api URL  an HTTP API, payload format 2.0, with F behind GET and POST /probe, GET /probe/{id}, GET /probe/fixed
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
  const names = namesOf(values);
  if (values.aws) return { kind: 'aws', names };
  if (values.endpoint !== undefined) {
    if (names.httpApi !== undefined) assertLoopback('--http-api', names.httpApi);
    return { kind: 'endpoint', url: assertLoopback('--endpoint', values.endpoint), names };
  }
  const chosen = (values.target ?? ALL_NAMES).map((name) => oneOf('--target', name, ALL_NAMES));
  return {
    kind: 'targets',
    names: TARGET_NAMES.filter((name) => chosen.includes(name)),
    parsers: PARSER_NAMES.filter((name) => chosen.includes(name)),
    isChosen: values.target !== undefined,
  };
}

const namesOf = (values: Flags): Names => ({
  stream: values.stream,
  plainStream: values['plain-stream'],
  deliveryBucket: values['delivery-bucket'],
  workgroup: values.workgroup,
  database: values.database,
  copyRole: values['copy-role'],
  schedule: values.schedule,
  probe: values.function,
  slow: values['slow-function'],
  httpApi: values['http-api'],
});

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** The cases create, fill and delete resources, so they must never run on somebody else's machine. */
function assertLoopback(option: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !LOOPBACK.includes(url.hostname)) {
    throw optionError(`Expected ${option} to be an address of this machine (http://127.0.0.1:PORT), got ${text}.`);
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
        stream: { type: 'string' },
        'plain-stream': { type: 'string' },
        'delivery-bucket': { type: 'string' },
        schedule: { type: 'string' },
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
  new ContractError('option_invalid', message, { hint: 'Run npm run contract -- --help for the options.', cause });
