/**
 * The judge: compares what was acknowledged with what is stored. Pure. An acknowledged item must be there once; an item
 * that was sent and not acknowledged may be there, once. A user's document must be the fold of the operations in the log,
 * computed here from the definition and not from our SQL: the latest `(op_at, op_id)` wins, and increments add up.
 */
import { isDeepStrictEqual } from 'node:util';
import { type ChaosItem, type ChaosOperation, type ItemId, itemOf, keyOf } from './items.ts';

export interface StoredEvent {
  readonly id: string;
  readonly name: string;
  readonly user: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface StoredOperation {
  readonly id: string;
  readonly user: string;
}

export interface StoredUser {
  readonly user: string;
  readonly document: Readonly<Record<string, unknown>>;
  readonly isTruncated: boolean;
}

export interface Stored {
  readonly events: readonly StoredEvent[];
  readonly operations: readonly StoredOperation[];
  readonly users: readonly StoredUser[];
}

export interface Verdict {
  /** Acknowledged and not stored. */
  readonly lost: readonly string[];
  /** Stored more than once. */
  readonly doubled: readonly string[];
  /** Stored with content that nobody sent. */
  readonly changed: readonly string[];
  /** Users whose document is not the fold of the log, or who have no row, or more than one. */
  readonly wrongUsers: readonly string[];
}

/** `acknowledged` holds keys of items (`keyOf`). */
export function judge(acknowledged: ReadonlySet<string>, stored: Stored): Verdict {
  const eventKeys = stored.events.map(({ attributes }) => keyOf(idIn(attributes)));
  const operationKeys = stored.operations.map(({ id }) => id);
  const present = new Set([...eventKeys, ...operationKeys]);
  return {
    lost: [...acknowledged].filter((key) => !present.has(key)),
    doubled: [...repeated(eventKeys), ...repeated(operationKeys), ...repeated(stored.events.map(({ id }) => id))],
    changed: [
      ...stored.events.filter((row) => !isAsSent(row)).map(({ id }) => `event ${id}`),
      ...stored.operations.filter((row) => !isOperation(row)).map(({ id }) => `operation ${id}`),
    ],
    wrongUsers: wrongUsers(stored),
  };
}

export const isClean = (verdict: Verdict): boolean => Object.values(verdict).every((each) => each.length === 0);

const idIn = (attributes: Readonly<Record<string, unknown>>): ItemId => ({
  source: String(attributes['source']),
  number: Number(attributes['number']),
});

function isAsSent(row: StoredEvent): boolean {
  const item = itemOf(idIn(row.attributes));
  if (item.kind !== 'event') return false;
  return row.name === item.name && row.user === item.user && isDeepStrictEqual(row.attributes, item.attributes);
}

const isOperation = ({ id, user }: StoredOperation): boolean => operationOf(id)?.user === user;

/** The operation that its id names; undefined for an id that nobody sent. */
function operationOf(id: string): ChaosOperation | undefined {
  const at = id.lastIndexOf('.');
  const item: ChaosItem = itemOf({ source: id.slice(0, at), number: Number(id.slice(at + 1)) });
  return item.kind === 'event' ? undefined : item;
}

function repeated(keys: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return keys.filter((key) => seen.has(key) || !seen.add(key));
}

function wrongUsers({ events, operations, users }: Stored): readonly string[] {
  const expected = new Map<string, Readonly<Record<string, unknown>>>(events.map(({ user }) => [user, {}]));
  for (const [user, document] of fold(operations)) expected.set(user, document);
  const right = users.filter((row) => !row.isTruncated && isDeepStrictEqual(row.document, expected.get(row.user)));
  const rightNames = new Set(right.map(({ user }) => user));
  return [
    ...[...expected.keys()].filter((user) => !rightNames.has(user)),
    ...users.map(({ user }) => user).filter((user) => !expected.has(user)),
    ...repeated(users.map(({ user }) => user)),
  ];
}

/** The documents that the log gives. A repeated operation counts once: `doubled` reports it. */
function fold(operations: readonly StoredOperation[]): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  const known = [...new Set(operations.map(({ id }) => id))].map(operationOf).filter((each) => each !== undefined);
  const documents = new Map<string, Record<string, unknown>>();
  for (const { user, set, unset, increment } of known.sort(byTime)) {
    const document = documents.get(user) ?? {};
    documents.set(user, document);
    Object.assign(document, set);
    for (const name of unset) delete document[name];
    for (const [name, amount] of Object.entries(increment)) document[name] = Number(document[name] ?? 0) + amount;
  }
  return documents;
}

/** Ids are ASCII, so this is the order of their bytes, which the warehouse uses. */
function byTime(a: ChaosOperation, b: ChaosOperation): number {
  if (a.at.getTime() !== b.at.getTime()) return a.at.getTime() - b.at.getTime();
  return a.id < b.id ? -1 : 1;
}
