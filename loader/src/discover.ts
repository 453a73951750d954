/**
 * Finds the objects that the ledger does not have. LIST is the truth about S3. What is loaded comes from the loader's
 * copy of the ledger or, outside the range of that copy, from the ledger itself, page by page. A tick lists a bounded
 * number of pages and the next tick continues after them, so time and memory are bounded whatever the history.
 *
 * Firehose names an object after the hour of its oldest record and may write it a day later, so a new key can sort
 * before loaded ones. Listing therefore starts 26 hours before the oldest instant that is not known to be complete, and
 * has no upper end. An object that appears under an hour before that is found by a full listing (`late-objects.ts`).
 */
import type { S3Client } from '@aws-sdk/client-s3';
import { LATE_OBJECT_MS_MAX, LIST_PAGES_PER_TICK_MAX, OBJECTS_PER_LOAD_MAX } from '@dataloaf/core/limits';
import { dataPrefix, hourOfKey, hourPrefix, STREAMS, type Stream } from '@dataloaf/core/storage-keys';
import type { Warehouse } from '@dataloaf/core/warehouse/warehouse';
import { urisInLedger } from './ledger-uris.ts';
import { listPage } from './list-page.ts';
import { type ListedObject, positionOf, uriOf } from './objects.ts';
import type { LoadedObjects } from './state.ts';

export interface DiscoverOptions {
  readonly buckets: Readonly<Record<Stream, string>>;
  readonly generation: number;
  /** Every object that arrived before is loaded or parked. Undefined lists from the beginning. */
  readonly completeTo: Date | undefined;
  readonly dueAt: Date;
  /** The copy of the ledger. Undefined asks the ledger about every page. */
  readonly loaded: LoadedObjects | undefined;
}

export interface DiscoverPorts {
  readonly s3: S3Client;
  readonly warehouse: Pick<Warehouse, 'query'>;
}

export interface Discovery {
  readonly found: readonly ListedObject[];
  /** Addresses in the listed range that the ledger has. */
  readonly known: readonly string[];
  /** Position at which listing started. */
  readonly from: string;
  /** Last position that was listed in both streams; null when everything was. */
  readonly to: string | null;
}

export async function discover(options: DiscoverOptions, ports: DiscoverPorts): Promise<Discovery> {
  const from = startPosition(options);
  const found: ListedObject[] = [];
  const known: string[] = [];
  let to: string | null = null;
  for (const stream of STREAMS) {
    const listed = await discoverStream({ ...options, stream, from }, ports);
    for (const object of listed.found) found.push(object);
    for (const uri of listed.known) known.push(uri);
    if (listed.to !== null && (to === null || listed.to < to)) to = listed.to;
  }
  return { found, known, from, to };
}

/** The earlier of the two instants counts: a clock that was set back must not hide objects. */
function startPosition({ completeTo, dueAt }: DiscoverOptions): string {
  if (completeTo === undefined) return '';
  return firstPosition(new Date(Math.min(completeTo.getTime(), dueAt.getTime())));
}

/** Where listing starts when every object that arrived before `completeTo` is loaded. */
export const firstPosition = (completeTo: Date): string =>
  hourPrefix('events', new Date(completeTo.getTime() - LATE_OBJECT_MS_MAX)).slice(dataPrefix('events').length);

interface StreamScan extends DiscoverOptions {
  readonly stream: Stream;
  readonly from: string;
}

async function discoverStream(
  scan: StreamScan,
  ports: DiscoverPorts,
): Promise<Pick<Discovery, 'found' | 'known' | 'to'>> {
  const found: ListedObject[] = [];
  const known: string[] = [];
  let token: string | undefined;
  let pages = 0;
  do {
    const page = await listPage(
      { bucket: scan.buckets[scan.stream], stream: scan.stream, from: scan.from, token },
      ports.s3,
    );
    pages += 1;
    const loadedUris = await loadedUrisOf(page.objects, scan, ports.warehouse);
    for (const object of page.objects) {
      if (loadedUris.has(uriOf(object))) known.push(uriOf(object));
      else found.push(object);
    }
    token = page.next;
    const last = page.objects.at(-1);
    const isEnough = found.length >= OBJECTS_PER_LOAD_MAX || pages >= LIST_PAGES_PER_TICK_MAX;
    if (token !== undefined && last !== undefined && isEnough) {
      return { found, known, to: positionOf(last) };
    }
  } while (token !== undefined);
  return { found, known, to: null };
}

async function loadedUrisOf(
  objects: readonly ListedObject[],
  { loaded, generation }: StreamScan,
  warehouse: DiscoverPorts['warehouse'],
): Promise<ReadonlySet<string>> {
  const [first, last] = [objects[0], objects.at(-1)];
  if (first === undefined || last === undefined) return new Set();
  if (loaded !== undefined && covers(loaded, first, last)) return new Set(loaded.keys);
  return await urisInLedger(generation, { firstUri: uriOf(first), lastUri: uriOf(last) }, warehouse);
}

const covers = (loaded: LoadedObjects, first: ListedObject, last: ListedObject): boolean =>
  positionOf(first) >= loaded.from && (loaded.to === null || positionOf(last) <= loaded.to);

/**
 * The instant up to which every arrived object is loaded once `discovery` is, or undefined when a key names no hour. A
 * key never names an hour after the arrival of its object.
 */
export function completeToOf(
  discovery: Pick<Discovery, 'to'>,
  leftOver: ListedObject | undefined,
  dueAt: Date,
): Date | undefined {
  const open = [discovery.to, leftOver === undefined ? null : positionOf(leftOver)].filter((at) => at !== null);
  if (open.length === 0) return dueAt;
  const hours = open.map((position) => hourOfKey(`${dataPrefix('events')}${position}`)?.getTime());
  const earliest = Math.min(...hours.map((hour) => hour ?? Number.NaN));
  return Number.isNaN(earliest) ? undefined : new Date(earliest);
}
