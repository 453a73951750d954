/**
 * A check: one question to a warehouse, what we expect, and what is observed. Its observation is a small JSON value without
 * ids, times and texts that differ between two runs, so that two warehouses can be compared by value.
 */
import type { Statement } from '@dataloaf/core/warehouse/warehouse';
import type { LoadBatch } from '../plan-batch.ts';
import type { Json } from './json.ts';
import type { Shows } from './observe.ts';
import type { Outcome, Session } from './session.ts';

export type Expected =
  /** The product depends on it: any other observation fails the run. */
  | { readonly kind: 'needed'; readonly value: Json }
  /** As on the stand-in, whose transcript is committed. Another one fails the run. */
  | { readonly kind: 'recorded' }
  /** The guide leaves it open, or no statement of the product depends on it: it is only recorded. */
  | { readonly kind: 'open' };

export const needed = (value: Json): Expected => ({ kind: 'needed', value });
export const RECORDED: Expected = { kind: 'recorded' };
export const OPEN: Expected = { kind: 'open' };

interface CheckFacts {
  /** `<group>.<name>`, for example `p2.unpivot-null`. It is the key in transcripts. */
  readonly id: string;
  /** The rule as a sentence that can be false, or the question. */
  readonly asks: string;
  readonly expected: Expected;
}

/** One batch, and another one after it that looks at what stayed. */
export interface BatchCheck extends CheckFacts {
  readonly kind: 'batch';
  /** They run as one transaction. */
  statements(scratch: Scratch): readonly Statement[];
  /** A second transaction, whatever the first one came to. Its rows are then the observation, beside the outcome. */
  readonly after?: readonly Statement[];
  /** The function whose role runs it on the scratch schema, if the run has that role. @default the admin */
  readonly as?: string;
  /** Sent alone by ExecuteStatement, which takes parameters. @default a batch */
  readonly isSingle?: boolean;
  /** `rows`: those of the last result. `types`: with the types of its columns. `success`: only that it succeeded. */
  readonly shows?: Shows;
}

/** What takes several calls: two transactions at once, a cancel, a token. */
export interface ScriptCheck extends CheckFacts {
  readonly kind: 'script';
  observe(ports: CheckPorts): Promise<Json>;
}

export type Check = BatchCheck | ScriptCheck;

/** Where a run may write, and what it has put into S3 before the checks. */
export interface Scratch {
  readonly bucket: string;
  /** Prefix of the objects in the bucket. */
  readonly prefix: string;
  readonly roleArn: string;
  readonly batches: Readonly<Record<LoadName, LoadBatch>>;
}

/** `both` comes after the other two, and repeats some of their lines. */
export type LoadName = 'events' | 'operations' | 'both';

/** The session of a function on the scratch schema; the admin's when the run has not that role. */
export const sessionAs = ({ roles, session }: CheckPorts, role: string | undefined): Session =>
  roles.find((one) => one.role === role)?.scratch ?? session;

export interface CheckPorts {
  readonly scratch: Scratch;
  readonly session: Session;
  /** Each function's own connection; empty when the run has only one role. */
  readonly roles: readonly RoleSession[];
  pause(ms: number): Promise<void>;
  now(): number;
  /** Unique within the run, and between runs. */
  newToken(): string;
}

export interface RoleSession {
  readonly role: string;
  /** On the product's own schema. */
  readonly session: Session;
  /** On the scratch schema. */
  readonly scratch: Session;
}

/** A check that has run. */
export interface Observed {
  readonly check: Check;
  readonly observed: Json;
  /** Every transaction that it ran. */
  readonly outcomes: readonly Outcome[];
  readonly ms: number;
}
