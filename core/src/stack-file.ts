/** What `npm run local` tells others: its ready line, and the file `stack.json` through which the command line finds it. */

export interface ReadyLine {
  readonly ready: true;
  readonly insights: string;
  readonly api: string;
  readonly aws: string;
  readonly serverKey: string;
  readonly browserKey: string;
  /** Connection address of the stand-in warehouse, for a look with psql. */
  readonly postgres: string;
  readonly pid: number;
}

export interface StackFacts extends ReadyLine {
  /** The data folder, absolute. */
  readonly dir: string;
  readonly buckets: { readonly events: string; readonly users: string };
  readonly streams: { readonly events: string; readonly users: string };
}

/** The folder that `npm run local` uses when none is named, below the working directory. */
export const STACK_DIR_DEFAULT = '.dataloaf';
export const STACK_FILE = 'stack.json';
/** Header that admin requests to the gateway must carry; a web page cannot send it without a preflight, which is refused. */
export const ADMIN_HEADER = 'x-dataloaf-admin';
