/** The facts that `npm run local` publishes: its ready line, and the file `stack.json`, by which `dataloaf` finds the stack. */

export interface ReadyLine {
  readonly ready: true;
  readonly insights: string;
  readonly api: string;
  readonly aws: string;
  readonly serverKey: string;
  readonly browserKey: string;
  /** Connection string of the local warehouse, for psql. */
  readonly postgres: string;
  readonly pid: number;
}

export interface StackFacts extends ReadyLine {
  /** The data folder, absolute. */
  readonly dir: string;
  readonly buckets: { readonly events: string; readonly users: string };
  readonly streams: { readonly events: string; readonly users: string };
}

/** The default data folder of `npm run local`, relative to the working directory. */
export const STACK_DIR_DEFAULT = '.dataloaf';
export const STACK_FILE = 'stack.json';
/** Header that an admin request to the gateway must carry. A web page cannot send it without a preflight, which is refused. */
export const ADMIN_HEADER = 'x-dataloaf-admin';
