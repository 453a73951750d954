/**
 * Ids of imported events: `<import hash>-<line>`. Two equal lines are two events. The same line of the same content, read
 * with the same mapping, is always the same event. The id contains the line, so that a reject from the API names its line
 * without a table of all ids. Pure.
 */
import { createHash } from 'node:crypto';
import { REMEMBERED_IDS_MAX } from '../limits.ts';
import { type EventName, type Format, hasOwnIds, isVendorMapping, type Mapping } from '../read/mapping.ts';
import type { MappedEvent } from '../read/outcome.ts';
import type { Scan } from '../read/scan.ts';
import { contentHash } from './content-hash.ts';

export interface EventIds {
  idOf(line: number, ownId: string | undefined): string;
  /** The line of an id of this import; null when it is unknown or forgotten. */
  lineOf(id: string | null): number | null;
  /** Remembers the event's own id. Returns the earlier event with this id, if it is known. */
  earlier(event: MappedEvent): Earlier | undefined;
}

export interface Earlier {
  readonly line: number;
  readonly isSame: boolean;
}

export function makeIds(mapping: Mapping, { contentHash, format }: Scan): EventIds {
  const hash = importHash(contentHash, mapping, format);
  return hasOwnIds(mapping) ? ownIds(hash) : hashedIds(hash);
}

/**
 * Identifies an import, in hex. It is the same for the same content read in the same way, whatever the file's name and
 * compression. Another mapping makes other events, so it makes another hash.
 */
export function importHash(contentHash: string, mapping: Mapping, format: Format): string {
  const { event, user, time, id } = mapping;
  const canonical = ['v1', contentHash, format, partOf(event), user ?? null, time ?? null, id ?? null];
  if (isVendorMapping(mapping)) canonical.push(mapping.from);
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex').slice(0, 32);
}

const partOf = (event: EventName | undefined): readonly string[] | null => {
  if (event === undefined) return null;
  return event.kind === 'constant' ? ['constant', event.name] : ['column', event.column];
};

const LINE_OF_ID = /^([0-9a-f]{32})-(\d{1,16})$/;

export function hashedIds(hash: string): EventIds {
  return {
    idOf: (line) => `${hash}-${line}`,
    lineOf(id) {
      const match = LINE_OF_ID.exec(id ?? '');
      return match?.[1] === hash ? Number(match[2]) : null;
    },
    earlier: () => undefined,
  };
}

/**
 * The file's own ids, unchanged: an event that a server sent with the same id is the same event. A vendor's line may lack one, and
 * gets an id from its content and line then.
 */
export function ownIds(hash: string, remembered = REMEMBERED_IDS_MAX): EventIds {
  const events = new Map<string, { readonly line: number; readonly content: number }>();
  const ring: string[] = [];
  let next = 0;
  const hashed = hashedIds(hash);
  return {
    idOf: (line, ownId) => ownId ?? hashed.idOf(line, undefined),
    lineOf: (id) => events.get(id ?? '')?.line ?? hashed.lineOf(id),
    earlier(event) {
      if (event.ownId === undefined) return undefined;
      const content = contentHash(event);
      const earlier = events.get(event.ownId);
      if (earlier !== undefined) return { line: earlier.line, isSame: earlier.content === content };
      // A copy: a part of a string keeps the whole line in memory.
      const id = Buffer.from(event.ownId).toString();
      // The first key of a Map is slow to find after many deletions, so the ids are also in a ring.
      if (events.size === remembered) events.delete(ring[next] ?? '');
      events.set(id, { line: event.line, content });
      ring[next] = id;
      next = (next + 1) % remembered;
      return undefined;
    },
  };
}
