/**
 * The full listing: once a day everything before the range that each tick lists. It finds objects that appeared under an
 * hour long past, for example by hand or from a backup; no tick would list them again. A tick lists a bounded number of
 * pages and the next one continues. It asks the ledger only about objects that were stored so late that a tick may have
 * missed them, so a listing without any runs no SQL.
 */
import type { S3Client } from '@aws-sdk/client-s3';
import {
  FULL_LISTING_MS,
  LATE_OBJECT_MS_MAX,
  LIST_PAGES_PER_TICK_MAX,
  OBJECTS_PER_LOAD_MAX,
} from '@dataloaf/core/limits';
import { hourOfKey, STREAMS, type Stream } from '@dataloaf/core/storage-keys';
import type { Warehouse } from '@dataloaf/core/warehouse/warehouse';
import { urisInLedger } from './ledger-uris.ts';
import { listPage } from './list-page.ts';
import { type ListedObject, positionOf, uriOf } from './objects.ts';

/** Where the full listing is. */
export interface FullListing {
  /** When the last one was complete; undefined before that. */
  readonly doneAt: Date | undefined;
  /** Position up to which the present one is done; null while none is under way. */
  readonly at: string | null;
}

export interface LateOptions {
  readonly buckets: Readonly<Record<Stream, string>>;
  readonly generation: number;
  readonly dueAt: Date;
  /** First position that this tick lists anyway; empty when it lists everything. */
  readonly until: string;
  /** Undefined before the first one. */
  readonly listing: FullListing | undefined;
}

export interface LatePorts {
  readonly s3: S3Client;
  readonly warehouse: Pick<Warehouse, 'query'>;
}

export interface LateFinding {
  readonly late: readonly ListedObject[];
  /** Where the listing is once all of `late` is loaded or parked; undefined when this tick did not list. */
  readonly next: FullListing | undefined;
}

export async function findLate(options: LateOptions, ports: LatePorts): Promise<LateFinding> {
  const { listing, dueAt, until } = options;
  if (until === '' || !isDue(listing, dueAt)) return { late: [], next: undefined };
  const from = listing?.at ?? '';
  const late: ListedObject[] = [];
  let to: string | null = null;
  for (const stream of STREAMS) {
    const listed = await listStream({ ...options, stream, from }, ports);
    late.push(...listed.late);
    if (listed.to !== null && (to === null || listed.to < to)) to = listed.to;
  }
  const isDone = to === null || to >= until;
  return { late, next: isDone ? { doneAt: dueAt, at: null } : { doneAt: listing?.doneAt, at: to } };
}

/** A clock that was set back must not stop the listings until it has caught up. */
function isDue(listing: FullListing | undefined, dueAt: Date): boolean {
  if (listing?.doneAt === undefined || listing.at !== null) return true;
  const age = dueAt.getTime() - listing.doneAt.getTime();
  return age < 0 || age >= FULL_LISTING_MS;
}

interface StreamScan extends LateOptions {
  readonly stream: Stream;
  readonly from: string;
}

/** `to` is the last position that was listed; null when nothing is left before `until`. */
async function listStream(
  { buckets, stream, from, until, generation }: StreamScan,
  { s3, warehouse }: LatePorts,
): Promise<{ readonly late: readonly ListedObject[]; readonly to: string | null }> {
  const late: ListedObject[] = [];
  let token: string | undefined;
  let to = from;
  for (let pages = 0; pages < LIST_PAGES_PER_TICK_MAX && late.length < OBJECTS_PER_LOAD_MAX; pages += 1) {
    const page = await listPage({ bucket: buckets[stream], stream, from, token }, s3);
    const before = page.objects.filter((object) => positionOf(object) < until);
    late.push(...(await withoutLoaded(before.filter(isSuspect), generation, warehouse)));
    const last = before.at(-1);
    if (last !== undefined) to = positionOf(last);
    token = page.next;
    if (token === undefined || before.length < page.objects.length) return { late, to: null };
  }
  return { late, to };
}

/** Stored so long after its hour that no tick may have listed it. The margin covers clocks that differ. */
function isSuspect({ key, storedAt }: ListedObject): boolean {
  const hour = hourOfKey(key);
  if (hour === undefined || storedAt === undefined) return true;
  return storedAt.getTime() - hour.getTime() > LATE_OBJECT_MS_MAX - MARGIN_MS;
}

const MARGIN_MS = 3_600_000;

async function withoutLoaded(
  suspects: readonly ListedObject[],
  generation: number,
  warehouse: LatePorts['warehouse'],
): Promise<readonly ListedObject[]> {
  const [first, last] = [suspects[0], suspects.at(-1)];
  if (first === undefined || last === undefined) return [];
  const loaded = await urisInLedger(generation, { firstUri: uriOf(first), lastUri: uriOf(last) }, warehouse);
  return suspects.filter((object) => !loaded.has(uriOf(object)));
}
