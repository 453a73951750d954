/** Options of `npm run local`. */
import { parseArgs } from 'node:util';
import { DataLoafError, messageOf } from '@dataloaf/core/errors';
import { STACK_DIR_DEFAULT } from '@dataloaf/core/stack-file';
import { BACKEND_NAMES, type BackendName } from '../stack/backends/backend.ts';

export interface LocalOptions {
  readonly dir: string;
  /** Port of Insights; the API and the AWS gateway use the next two. 0: any free ports. Undefined: the default ports. */
  readonly port: number | undefined;
  readonly seed: number;
  /** Time that each SQL text takes at least, in milliseconds. */
  readonly statementMs: number;
  readonly isJson: boolean;
  readonly isEphemeral: boolean;
  readonly isHelp: boolean;
  /** Prints the known differences from AWS and starts nothing. */
  readonly isExplain: boolean;
  readonly backend: BackendName;
}

export const HELP = `npm run local -- [options]

Runs all of DataLoaf on this machine: API, Lambdas, Firehose, S3, warehouse and Insights. Needs no Docker and no account.

  --backend NAME embedded (default): S3 on disk and a Postgres process, without Docker
                 containers: S3 from LocalStack and Postgres, both in Docker; their data is lost when the stack stops
  --dir DIR      data folder (default ${STACK_DIR_DEFAULT}); the data survives a restart
  --ephemeral    use a temporary folder instead of --dir and remove it at the end
  --port N       Insights on port N, the API on N+1, AWS on N+2; 0 picks free ports (default 8080, 8081, 4566)
  --seed N       send N sample events from the last 30 days through the SDK and load them
  --statement-ms N   every SQL statement takes at least N milliseconds, as on a busy Redshift (default 0)
  --json         print a single line of JSON to standard output when ready
  --explain      show how the local AWS, LocalStack and moto differ from AWS's documentation, and why; starts nothing
  --help         show this help

While it runs: l loads now, f flushes Firehose, s sends 1,000 sample events, r resets everything, q quits.

Environment:
  DATALOAF_PG_URL            use this Postgres (as a superuser) instead of starting one
  DATALOAF_LOCALSTACK_IMAGE  image of LocalStack for --backend containers
  DATALOAF_POSTGRES_IMAGE    image of Postgres for --backend containers
`;

/** The options are invalid. */
export class OptionError extends DataLoafError {
  override readonly name = 'OptionError';
  constructor(message: string, cause?: unknown) {
    super('option_invalid', message, { hint: 'Run npm run local -- --help for the options.', cause });
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
    statementMs:
      values['statement-ms'] === undefined ? 0 : wholeNumber('--statement-ms', values['statement-ms'], 60_000),
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
        'statement-ms': { type: 'string' },
        json: { type: 'boolean', default: false },
        ephemeral: { type: 'boolean', default: false },
        backend: { type: 'string', default: 'embedded' },
        explain: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false, short: 'h' },
      },
    }).values;
  } catch (cause) {
    // Node's first sentence names the option; the rest explains how to pass a file name that starts with a dash.
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
