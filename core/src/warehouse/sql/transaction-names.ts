/**
 * Names of the transactions that take the mutex: `<kind>-<id>`. The warehouse lists a running transaction by its name,
 * so the loader recognises a writer that hangs. Every such name is made and parsed here.
 */

const WRITER_KINDS = ['load', 'park', 'direct', 'catalog', 'migration'] as const;
export type WriterKind = (typeof WRITER_KINDS)[number];

export const writerName = (kind: WriterKind, id: string | number): string => `${kind}-${id}`;

/** With what the names of all writers start, to list them. */
export const WRITER_PREFIXES: readonly string[] = WRITER_KINDS.map((kind) => `${kind}-`);

/** Undefined for a transaction that is not a writer of ours. */
export const writerKindOf = (name: string): WriterKind | undefined =>
  WRITER_KINDS.find((kind) => name.startsWith(`${kind}-`));

/** Transactions of the migration that do not count as writers: two create the mutex, two set up users and rights. */
export const SETUP_NAMES = {
  base: 'create-base',
  mutex: 'seed-mutex',
  access: 'set-up-users',
  rights: 'grant-rights',
} as const;
