/**
 * One line of a dead-letter file: an item that the API rejected, the reason and the time. The item stands last, with the
 * bytes that were sent. A person may edit a line: any JSON with `kind`, `code` and `item` is read.
 */
import { Buffer } from 'node:buffer';
import { ITEM_BYTES_MAX } from '@dataloaf/core/limits';
import { type JournalItem, textOf } from '../journal/record.ts';
import type { ItemKind } from '../types.ts';

export interface DeadLetter {
  readonly item: JournalItem;
  readonly code: string;
  readonly message: string;
}

const KINDS: readonly ItemKind[] = ['event', 'user', 'update'];
const BEFORE_ITEM = ',"item":';

/** The line, with its line feed. `at`: when the item was rejected. */
export function formatDeadLetter({ item, code, message }: DeadLetter, at: Date): string {
  const reason = `"code":${JSON.stringify(code)},"message":${JSON.stringify(message)}`;
  return `{"at":"${at.toISOString()}","kind":"${item.kind}",${reason}${BEFORE_ITEM}${textOf(item)}}\n`;
}

/** Undefined when the line does not hold an item that can be sent. */
export function parseDeadLetter(line: string): DeadLetter | undefined {
  const { kind, code, message, item } = parseObject(line) ?? {};
  const known = KINDS.find((each) => each === kind);
  if (known === undefined || typeof item !== 'object' || item === null) return undefined;
  const id = idIn(item, known);
  if (id === undefined) return undefined;
  const source = Buffer.from(payloadOf(line, { id, kind: known }) ?? JSON.stringify(item));
  if (source.length > ITEM_BYTES_MAX) return undefined;
  return {
    item: { kind: known, source, start: 0, bytes: source.length },
    code: typeof code === 'string' ? code : '',
    message: typeof message === 'string' ? message : '',
  };
}

/** The item as it was sent, byte for byte. Undefined when a person has moved it. */
function payloadOf(line: string, { id, kind }: { id: string; kind: ItemKind }): string | undefined {
  const at = line.indexOf(BEFORE_ITEM);
  if (at === -1) return undefined;
  const text = line.slice(at + BEFORE_ITEM.length, line.lastIndexOf('}'));
  const item = parseObject(text);
  return item !== undefined && text.startsWith('{') && idIn(item, kind) === id ? text : undefined;
}

function idIn(item: object, kind: ItemKind): string | undefined {
  const { event_id: eventId, op_id: opId }: { event_id?: unknown; op_id?: unknown } = item;
  const id = kind === 'event' ? eventId : opId;
  return typeof id === 'string' && id !== '' ? id : undefined;
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    // A line that was cut, or that a person has broken. It stays in the file.
    return undefined;
  }
}
