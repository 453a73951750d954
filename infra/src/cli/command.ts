/** The contract of a command. Its name and description are in `commands.ts`. */
import type { Readable } from 'node:stream';
import type { ArgsDef } from 'citty';
import type { CliEnv } from './env.ts';
import type { ExitCode } from './errors.ts';
import type { Printer } from './printer.ts';

export interface CliPorts {
  readonly printer: Printer;
  readonly env: CliEnv;
  readonly cwd: string;
  readonly stdin: Readable;
  /** Aborted by Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
}

export interface Command {
  /** Arguments and options, as the help lists them. */
  readonly args: ArgsDef;
  /** Rules, exit codes and examples. The help shows them below the options. */
  readonly notes: string;
  run(rawArgs: readonly string[], ports: CliPorts): Promise<ExitCode>;
}
