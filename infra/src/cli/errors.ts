/** Errors of the command line, and its exit codes. */
import { DataLoafError } from '@dataloaf/core/errors';

export const EXIT = {
  ok: 0,
  /** Done, but someone should look: lines rejected, objects parked, data old. Also any failure without a code of its own. */
  attention: 1,
  /** The command, its input or its settings are wrong; nothing was done. */
  usage: 2,
  /** The API did not respond. Running the command again continues. */
  unreachable: 3,
  /** Stopped by Ctrl-C or SIGTERM. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The command line is not valid. */
export class UsageError extends DataLoafError {
  override readonly name = 'UsageError';
  constructor(message: string, hint?: string) {
    super('usage', message, hint === undefined ? {} : { hint });
  }
}

/** The API did not respond within the time limit. */
export class UnreachableError extends DataLoafError {
  override readonly name = 'UnreachableError';
}
