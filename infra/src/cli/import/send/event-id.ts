/**
 * Ids of imported events: `<import hash>-<line>`. Two equal lines are two events. The same line of the same content, read
 * with the same mapping, is always the same event. The id contains the line, so that a reject from the API names its line
 * without a table of all ids. Pure.
 */
import { createHash } from 'node:crypto';
import { REMEMBERED_IDS_MAX } from '../limits.ts';
import type { Format, Mapping } from '../read/mapping.ts';
import type { Scan } from '../read/scan.ts';

export interface EventIds {
  idOf(line: number, ownId: string | undefined): string;
  /** The line of an id of this import; null when it is unknown or forgotten. */
  lineOf(id: string | null): number | null;
}

export const makeIds = (mapping: Mapping, { contentHash, format }: Scan): EventIds =>
  mapping.id === undefined ? hashedIds(importHash(contentHash, mapping, format)) : ownIds();

/**
 * Identifies an import, in hex. It is the same for the same content read in the same way, whatever the file's name and
 * compression. Another mapping makes other events, so it makes another hash.
 */
export function importHash(contentHash: string, mapping: Mapping, format: Format): string {
  const { event, user, time, id } = mapping;
  const eventPart = event.kind === 'constant' ? ['constant', event.name] : ['column', event.column];
  const canonical = JSON.stringify(['v1', contentHash, format, eventPart, user, time ?? null, id ?? null]);
  return createHash('sha256').update(canonical).digest('hex').slice(0, 32);
}

const LINE_OF_ID = /^([0-9a-f]{32})-(\d{1,16})$/;

export function hashedIds(hash: string): EventIds {
  return {
    idOf: (line) => `${hash}-${line}`,
    lineOf(id) {
      const match = LINE_OF_ID.exec(id ?? '');
      return match?.[1] === hash ? Number(match[2]) : null;
    },
  };
}

/** The file's own ids, unchanged: an event that a server sent with the same id is the same event. */
export function ownIds(remembered = REMEMBERED_IDS_MAX): EventIds {
  const lines = new Map<string, number>();
  return {
    idOf(line, ownId = '') {
      lines.set(ownId, line);
      if (lines.size > remembered) lines.delete(lines.keys().next().value ?? '');
      return ownId;
    },
    lineOf: (id) => lines.get(id ?? '') ?? null,
  };
}
