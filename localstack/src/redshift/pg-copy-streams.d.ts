/** Types for the part of `pg-copy-streams` that we use; the package has none. */
declare module 'pg-copy-streams' {
  import type { Writable } from 'node:stream';
  import type { Connection, Submittable } from 'pg';

  export interface CopyStreamQuery extends Writable, Submittable {
    readonly rowCount: number;
    submit(connection: Connection): void;
  }

  export function from(sql: string): CopyStreamQuery;
}
