/** Options of `npm run local`. */
import { parseArgs } from 'node:util';
import { DataLoafError, messageOf } from '@dataloaf/core/errors';
import { STACK_DIR_DEFAULT } from '@dataloaf/core/stack-file';
import { BACKEND_NAMES, type BackendName } from '../stack/backends/backend.ts';

export interface LocalOptions {
  readonly dir: string;
  /** Insights' port; the API and the AWS gateway take the two above it. 0: any free ones. Undefined: the usual ones. */
  readonly port: number | undefined;
  readonly seed: number;
  readonly isJson: boolean;
  readonly isEphemeral: boolean;
  readonly isHelp: boolean;
  /** Only tells where the local AWS is otherwise than AWS. */
  readonly isExplain: boolean;
  readonly backend: BackendName;
}

export const HELP = `npm run local -- [options]

Starts the whole of DataLoaf on this machine: API, Lambdas, Firehose, S3, warehouse and Insights. No Docker, no account.

  --backend NAME embedded (default): S3 on disk and a Postgres process, no Docker; or
                 containers: LocalStack's S3 and a Postgres in Docker, whose data goes when the stack stops
  --dir DIR      folder of its data (default ${STACK_DIR_DEFAULT}); it survives a restart
  --ephemeral    keep nothing: a temporary folder (instead of --dir), removed at the end
  --port N       Insights on N, the API on N+1, AWS on N+2; 0 takes free ports (default 8080, 8081, 4566)
  --seed N       send N plausible events of the last 30 days through the SDK, and load them
  --json         print one line of JSON on standard output when ready, and nothing else there
  --explain      where the local AWS, LocalStack and moto do otherwise than AWS documents, and why; starts nothing
  --help         this text

While it runs: l loads now, f flushes Firehose, s seeds 1,000 events, r resets everything, q quits.
DATALOAF_PG_URL names a Postgres to use (as superuser) instead of one of its own.
DATALOAF_LOCALSTACK_IMAGE and DATALOAF_POSTGRES_IMAGE name other images for --backend containers.
`;

/** The command cannot be understood. */
export class OptionError extends DataLoafError {
  constructor(message: string, cause?: unknown) {
    super('option_invalid', message, { hint: 'npm run local -- --help lists the options.', cause });
  }
}

/** @throws OptionError */
export function parseLocalOptions(args: readonly string[]): LocalOptions {
  const values = parseFlags(args);
  if (values.dir === '') throw new OptionError('Expected --dir to name a folder, got nothing.');
  return {
    dir: values.dir ?? STACK_DIR_DEFAULT,
    port: values.port === undefined ? undefined : wholeNumber('--port', values.port, 65_533),
    seed: values.seed === undefined ? 0 : wholeNumber('--seed', values.seed, 10_000_000),
    isJson: values.json,
    isEphemeral: values.ephemeral,
    isHelp: values.help,
    isExplain: values.explain,
    backend: backendName(values.backend),
  };
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        dir: { type: 'string' },
        port: { type: 'string' },
        seed: { type: 'string' },
        json: { type: 'boolean', default: false },
        ephemeral: { type: 'boolean', default: false },
        backend: { type: 'string', default: 'embedded' },
        explain: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false, short: 'h' },
      },
    }).values;
  } catch (cause) {
    // Node's first sentence names the option; the others explain how to pass a file name that begins with a dash.
    throw new OptionError(`${messageOf(cause).split('. ')[0]?.replace(/\.$/, '')}.`, cause);
  }
}

function backendName(text: string): BackendName {
  const name = BACKEND_NAMES.find((known) => known === text);
  if (name !== undefined) return name;
  throw new OptionError(`Expected --backend to be ${BACKEND_NAMES.join(' or ')}, got ${text}.`);
}

function wholeNumber(option: string, text: string, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= max) return value;
  throw new OptionError(`Expected ${option} to be a whole number from 0 to ${max}, got ${text}.`);
}
