/**
 * Finds objects that are not in the ledger. LIST is the truth; what is loaded already comes from the loader's copy of
 * the ledger, and where that copy does not reach, from the ledger itself, page by page. A pass lists a bounded number of
 * pages and the next one goes on behind them, so time and memory are bounded whatever the history.
 *
 * Firehose names an object after the hour of its oldest record and may write it a day later: a new key can sort before
 * loaded ones. Listing therefore starts a good day before the oldest instant that is not known to be complete, and has
 * no upper end.
 */
import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { LATE_OBJECT_MS_MAX, LIST_PAGES_PER_TICK_MAX, OBJECTS_PER_LOAD_MAX } from '@dataloaf/core/limits';
import { dataPrefix, hourOfKey, hourPrefix, STREAMS, type Stream } from '@dataloaf/core/storage-keys';
import { readObjects } from '@dataloaf/core/warehouse/sql/ledger';
import type { Warehouse } from '@dataloaf/core/warehouse/warehouse';
import { type ListedObject, placeOf, uriOf } from './objects.ts';
import type { LoadedFiles } from './state.ts';

export interface DiscoverParts {
  readonly s3: S3Client;
  readonly buckets: Readonly<Record<Stream, string>>;
  readonly warehouse: Warehouse;
  readonly generation: number;
}

export interface Since {
  /** Everything that arrived before is known to be loaded; undefined: nothing is known, list from the beginning. */
  readonly completeTo: Date | undefined;
  readonly now: Date;
  /** Undefined: ask the ledger about every page. */
  readonly loaded: LoadedFiles | undefined;
}

export interface Discovery {
  readonly found: readonly ListedObject[];
  /** Addresses that are in the ledger, of the part that was listed. */
  readonly known: readonly string[];
  /** Place (`dt=.../hr=.../...`) from which listing started. */
  readonly from: string;
  /** Place up to which both streams were listed, null when to the end. */
  readonly to: string | null;
}

export async function discover(parts: DiscoverParts, since: Since): Promise<Discovery> {
  const from = startPlace(since);
  const found: ListedObject[] = [];
  const known: string[] = [];
  let to: string | null = null;
  for (const stream of STREAMS) {
    const listed = await discoverStream(parts, { stream, from, loaded: since.loaded });
    for (const object of listed.found) found.push(object);
    for (const uri of listed.known) known.push(uri);
    if (listed.to !== null && (to === null || listed.to < to)) to = listed.to;
  }
  return { found, known, from, to };
}

/** A clock that stepped back must not hide objects, so the earlier of the two instants counts. */
function startPlace({ completeTo, now }: Since): string {
  if (completeTo === undefined) return '';
  return firstPlace(new Date(Math.min(completeTo.getTime(), now.getTime())));
}

/** Where listing starts when everything that arrived before `completeTo` is loaded. */
export const firstPlace = (completeTo: Date): string =>
  hourPrefix('events', new Date(completeTo.getTime() - LATE_OBJECT_MS_MAX)).slice(dataPrefix('events').length);

interface StreamScan {
  readonly stream: Stream;
  readonly from: string;
  readonly loaded: LoadedFiles | undefined;
}

async function discoverStream(
  parts: DiscoverParts,
  scan: StreamScan,
): Promise<Pick<Discovery, 'found' | 'known' | 'to'>> {
  const found: ListedObject[] = [];
  const known: string[] = [];
  let token: string | undefined;
  let pages = 0;
  do {
    const page = await listPage(parts, scan, token);
    pages += 1;
    const ledger = await knownOf(parts, page.objects, scan.loaded);
    for (const object of page.objects) {
      if (ledger.has(uriOf(object))) known.push(uriOf(object));
      else found.push(object);
    }
    token = page.next;
    const last = page.objects.at(-1);
    const isEnough = found.length >= OBJECTS_PER_LOAD_MAX || pages >= LIST_PAGES_PER_TICK_MAX;
    if (token !== undefined && last !== undefined && isEnough) {
      return { found, known, to: placeOf(last) };
    }
  } while (token !== undefined);
  return { found, known, to: null };
}

interface Page {
  readonly objects: readonly ListedObject[];
  readonly next: string | undefined;
}

async function listPage({ s3, buckets }: DiscoverParts, scan: StreamScan, token: string | undefined): Promise<Page> {
  const { stream, from } = scan;
  const prefix = dataPrefix(stream);
  const answer = await s3.send(
    new ListObjectsV2Command({
      Bucket: buckets[stream],
      Prefix: prefix,
      ...(token === undefined ? { StartAfter: `${prefix}${from}` } : { ContinuationToken: token }),
    }),
  );
  const objects = (answer.Contents ?? []).map((object) => ({
    bucket: buckets[stream],
    key: object.Key ?? '',
    stream,
    etag: (object.ETag ?? '').replaceAll('"', ''),
    bytes: object.Size ?? 0,
  }));
  return { objects, next: answer.NextContinuationToken };
}

async function knownOf(
  { warehouse, generation }: DiscoverParts,
  objects: readonly ListedObject[],
  loaded: LoadedFiles | undefined,
): Promise<ReadonlySet<string>> {
  const [first, last] = [objects[0], objects.at(-1)];
  if (first === undefined || last === undefined) return new Set();
  if (loaded !== undefined && covers(loaded, first, last)) return new Set(loaded.keys);
  const rows = await warehouse.query(readObjects(generation, { firstUri: uriOf(first), lastUri: uriOf(last) }));
  return new Set(rows.map((row) => String(row['object_uri'])));
}

const covers = (loaded: LoadedFiles, first: ListedObject, last: ListedObject): boolean =>
  placeOf(first) >= loaded.from && (loaded.to === null || placeOf(last) <= loaded.to);

/** The instant up to which all that arrived is loaded, once `discovery` is: a key names an hour not after its arrival. */
export function completeToOf(discovery: Discovery, leftOver: ListedObject | undefined, now: Date): Date | undefined {
  const open = [discovery.to, leftOver === undefined ? null : placeOf(leftOver)].filter((place) => place !== null);
  if (open.length === 0) return now;
  const hours = open.map((place) => hourOfKey(`${dataPrefix('events')}${place}`)?.getTime());
  const earliest = Math.min(...hours.map((hour) => hour ?? Number.NaN));
  return Number.isNaN(earliest) ? undefined : new Date(earliest);
}
