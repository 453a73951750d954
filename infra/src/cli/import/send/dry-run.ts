/** The first events of a file, as they would be sent. */
import type { EventItem } from '@dataloaf/core/api';
import { DRY_RUN_EVENTS } from '../limits.ts';
import { LineSplitter } from '../read/line-splitter.ts';
import type { MappedEvent, Outcome, RecordReader, Reject } from '../read/outcome.ts';
import type { Source } from '../read/source.ts';
import type { EventIds } from './event-id.ts';

export interface DryRun {
  readonly events: readonly EventItem[];
  /** Rejected lines before and between these events. */
  readonly rejects: readonly Reject[];
}

/** Stops at as many rejects as it would show events: this bounds its memory. */
export async function dryRun(
  source: Source,
  { reader, ids }: { readonly reader: RecordReader; readonly ids: EventIds },
): Promise<DryRun> {
  const events: EventItem[] = [];
  const rejects: Reject[] = [];
  const collect = (outcomes: readonly Outcome[]): boolean => {
    for (const outcome of outcomes) {
      if (events.length === DRY_RUN_EVENTS || rejects.length === DRY_RUN_EVENTS) break;
      if (outcome.kind === 'event') events.push(wireEvent(outcome.event, ids));
      else rejects.push(outcome.reject);
    }
    return events.length === DRY_RUN_EVENTS || rejects.length === DRY_RUN_EVENTS;
  };
  const splitter = new LineSplitter();
  for await (const chunk of source.chunks()) {
    if (collect(reader.push(splitter.push(chunk)))) return { events, rejects };
  }
  if (!collect(reader.push(splitter.end()))) collect(reader.end());
  return { events, rejects };
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
