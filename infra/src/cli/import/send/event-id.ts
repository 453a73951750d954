/**
 * Ids of imported events: `<import hash>-<line>`. Two equal lines are two events, the same line of the same content read
 * with the same mapping is the same event for ever. The line stands in the id, so that a reject that comes back from the
 * API names its line without a table of all ids.
 */
import { REMEMBERED_IDS_MAX } from '../limits.ts';

export interface EventIds {
  idOf(line: number, ownId: string | undefined): string;
  /** The line of an id of this import, null when it is not known (any more). */
  lineOf(id: string | null): number | null;
}

const LINE_OF_ID = /^([0-9a-f]{32})-(\d{1,16})$/;

export function hashedIds(importHash: string): EventIds {
  return {
    idOf: (line) => `${importHash}-${line}`,
    lineOf(id) {
      const match = LINE_OF_ID.exec(id ?? '');
      return match?.[1] === importHash ? Number(match[2]) : null;
    },
  };
}

/** The file's own ids, as they are: events sent by a server under the same ids are the same events. */
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
