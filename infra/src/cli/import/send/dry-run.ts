/** The first events of a file, as they would be sent. */
import type { EventItem } from '@dataloaf/core/api';
import { DRY_RUN_EVENTS } from '../limits.ts';
import { LineSplitter } from '../read/line-splitter.ts';
import type { MappedEvent, Outcome, RecordReader, Reject } from '../read/outcome.ts';
import type { Source } from '../read/source.ts';
import { decide } from './decide.ts';
import type { EventIds } from './event-id.ts';
import { type Notice, Notices } from './notices.ts';

export interface DryRun {
  readonly events: readonly EventItem[];
  /** Rejected lines before and between these events. */
  readonly rejects: readonly Reject[];
  /** What was left out or changed before and in these events. */
  readonly notices: readonly Notice[];
}

/** Stops at as many rejects as it would show events: this bounds its memory. */
export async function dryRun(
  source: Source,
  { reader, ids }: { readonly reader: RecordReader; readonly ids: EventIds },
): Promise<DryRun> {
  const events: EventItem[] = [];
  const rejects: Reject[] = [];
  const notices = new Notices();
  const isFull = (): boolean => events.length === DRY_RUN_EVENTS || rejects.length === DRY_RUN_EVENTS;
  const collect = (outcomes: readonly Outcome[]): boolean => {
    for (const outcome of outcomes) {
      if (isFull()) break;
      const decision = decide(outcome, { ids, notices });
      if (decision.kind === 'send') events.push(wireEvent(decision.event, ids));
      if (decision.kind === 'reject') rejects.push(decision.reject);
    }
    return isFull();
  };
  const splitter = new LineSplitter();
  for await (const chunk of source.chunks()) {
    if (collect(reader.push(splitter.push(chunk)))) return { events, rejects, notices: notices.all };
  }
  if (!collect(reader.push(splitter.end()))) collect(reader.end());
  return { events, rejects, notices: notices.all };
}

function wireEvent(event: MappedEvent, ids: EventIds): EventItem {
  return {
    event_id: ids.idOf(event.line, event.ownId),
    event_name: event.name,
    user_id: event.userId,
    ...(event.timestamp === undefined ? {} : { event_created: new Date(event.timestamp).toISOString() }),
    event_attributes: event.attributes,
  };
}
