/** Users for the cases of the fold: each case has users of its own, so that cases share one database. */
import { counter, type Row, type TestLoads } from './test-loads.ts';

const next = counter();

/** A user that no other case knows. */
export const aUser = (): string => `user-${next()}`;

export interface Change {
  readonly op_id?: string;
  readonly op_at: string;
  readonly set?: Readonly<Record<string, unknown>>;
  readonly unset?: readonly string[];
  readonly increment?: Readonly<Record<string, number>>;
}

/** Updates of one user, each with an id of its own unless the change has one. */
export const updatesOf = (
  user: string,
  ...changes: readonly Change[]
): readonly (Change & { readonly user_id: string })[] =>
  changes.map((change) => ({ op_id: `op-${next()}`, user_id: user, ...change }));

/** The row of a user, or undefined. */
export async function userOf(loads: TestLoads, user: string): Promise<Row | undefined> {
  const [row] = await loads.sql(
    `SELECT user_attributes, first_seen::text, updated_at::text, attributes_truncated
     FROM dataloaf.users WHERE user_id = $1`,
    [user],
  );
  return row;
}

export async function attributesOf(loads: TestLoads, user: string): Promise<object | undefined> {
  const attributes = (await userOf(loads, user))?.['user_attributes'];
  return typeof attributes === 'object' && attributes !== null ? attributes : undefined;
}
