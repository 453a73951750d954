/** Items as the API receives them, turned into what a caller of the SDK passes, and back into a verdict. */
import { parseEvent } from '@dataloaf/core/values/event';
import { parseCreate, parseUpdate } from '@dataloaf/core/values/operation';
import { createRefine, isRefusal, withTime } from '../../src/capture/capture.ts';
import type { DataLoaf } from '../../src/client/client.ts';
import type { Captured, Draft } from '../../src/types.ts';

type ItemKind = Draft['kind'];
export type WireItem = Readonly<Record<string, unknown>>;

/** Stands in for the id that client and API generate. */
const NEW_ID = 'new-id';
const PARSERS = { event: parseEvent, user: parseCreate, update: parseUpdate };

/** The verdict: the line in S3, or the code of the rule that is broken. */
export function parseAtApi(kind: ItemKind, item: unknown, nowMs: number): string {
  const parsed = PARSERS[kind](item, { nowMs, newId: () => NEW_ID });
  return parsed.ok ? parsed.value.line : parsed.code;
}

/** Calls the client as a caller does who has the fields of the item. */
export function captureItem(client: DataLoaf, kind: ItemKind, item: unknown): Captured {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return client.createEvent(untyped(item));
  const fields = item as WireItem;
  const { user_id: userId, op_id: id, op_at: timestamp } = fields;
  switch (kind) {
    case 'event':
      return client.createEvent(untyped(eventInput(fields)));
    case 'user':
      return client.createUser(untyped(userId), untyped(fields['user_attributes']), untyped({ id, timestamp }));
    case 'update': {
      const { set, unset, increment } = fields;
      return client.updateUser(untyped(userId), untyped(set), untyped({ id, timestamp, unset, increment }));
    }
  }
}

/** What the client makes of the item before it is encoded. */
export function draftOf(kind: ItemKind, item: WireItem, nowMs: number): Draft {
  const { user_id: userId } = item;
  const shared = { kind, id: item['event_id'] ?? item['op_id'] ?? NEW_ID, userId };
  const timestamp = item['event_created'] ?? item['op_at'] ?? new Date(nowMs).toISOString();
  if (kind === 'event') return untyped({ ...shared, ...eventInput(item), id: shared.id, timestamp });
  if (kind === 'user') return untyped({ ...shared, timestamp, attributes: item['user_attributes'] });
  const { set = {}, unset, increment } = item;
  return untyped({ ...shared, timestamp, set, unset, increment });
}

const refine = createRefine({ schemas: new Map(), beforeSend: [], redact: [], sampling: new Map() }, Date.now);

/** The encoded item, or the code of the rule that is broken. */
export function encodeDraft(draft: Draft, nowMs: number): string {
  const timed = withTime(draft, nowMs);
  if (isRefusal(timed)) return timed.code;
  const refined = refine(timed);
  if (refined.kind === 'refused') return refined.code;
  return refined.kind === 'left_out' ? refined.reason : refined.buffer.toString('utf8', 0, refined.bytes);
}

/** On the general path: the fast path is taken by an item whose getter encodes this one. */
export function encodeDraftGenerally(draft: Draft, nowMs: number): string {
  let result = 'never read';
  const attributes = {
    get inner(): boolean {
      result = encodeDraft(draft, nowMs);
      return true;
    },
  };
  encodeDraft(untyped({ ...draftOf('event', { event_name: 'outer', user_id: 'u1' }, nowMs), attributes }), nowMs);
  return result;
}

function eventInput(item: WireItem): object {
  const { event_id: id, event_name: name, user_id: userId, event_created: timestamp } = item;
  return { id, name, userId, timestamp, attributes: item['event_attributes'] };
}

/** What plain JavaScript callers pass. */
function untyped(value: unknown): never {
  return value as never;
}
