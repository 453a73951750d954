/** Errors of the command line, and how a command ends. */
import { DataLoafError } from '@dataloaf/core/errors';

export const EXIT = {
  ok: 0,
  /** Done, but something needs a look: lines rejected, files parked, data old. Also any failure that is none of the others. */
  attention: 1,
  /** The command, its input or its settings are wrong; nothing was done. */
  usage: 2,
  /** The API did not answer; running the command again continues. */
  unreachable: 3,
  /** Stopped by Ctrl-C or SIGTERM. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The command cannot be understood. */
export class UsageError extends DataLoafError {
  constructor(message: string, hint?: string) {
    super('usage', message, hint === undefined ? {} : { hint });
  }
}

/** The API did not answer within the bound. */
export class UnreachableError extends DataLoafError {}
