/** The arguments of `dataloaf status`: what its help lists, and how they become `StatusOptions`. */
import type { ArgsDef } from 'citty';
import { DIR_FLAG, JSON_FLAG, type OutputFormat, outputFormatOf } from '../flags.ts';
import { readArgs } from '../read-args.ts';

export const STATUS_ARGS = { dir: DIR_FLAG, json: JSON_FLAG } as const satisfies ArgsDef;

export const STATUS_NOTES = `Shows the local stack of this folder. Every object that arrived before the time "loaded up to" is in the warehouse or
parked. Events that are still in an SDK's journal are not visible here. An object that appears under an hour more than 26 hours past, for
example by hand, is loaded by the next daily listing of everything and counted as a late object.

EXIT CODES

  0  all is well
  1  the stack is not running, a part of it does not respond, objects are parked, or the data is more than 15 minutes old
  2  wrong usage`;

export interface StatusOptions {
  /** Folder of the stack; undefined: the default below the working folder. */
  readonly dir: string | undefined;
  readonly output: OutputFormat;
}

/** @throws UsageError */
export function parseStatusArgs(rawArgs: readonly string[]): StatusOptions {
  const args = readArgs(rawArgs, STATUS_ARGS);
  return { dir: args.dir, output: outputFormatOf(args) };
}
