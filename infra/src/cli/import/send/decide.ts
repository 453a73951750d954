/**
 * Decides what happens to a record of the file: its event is sent, or it is left out, or rejected. What is left out or changed is
 * counted on the way.
 */
import type { MappedEvent, Outcome, Reject } from '../read/outcome.ts';
import type { EventIds } from './event-id.ts';
import type { Notices } from './notices.ts';

export interface DecidePorts {
  readonly ids: EventIds;
  readonly notices: Notices;
}

export type Decision =
  | { readonly kind: 'send'; readonly event: MappedEvent }
  | { readonly kind: 'reject'; readonly reject: Reject }
  | { readonly kind: 'left_out' };

export function decide(outcome: Outcome, { ids, notices }: DecidePorts): Decision {
  if (outcome.kind === 'reject') return outcome;
  if (outcome.kind === 'left_out') {
    notices.add(outcome.line, outcome.why);
    return { kind: 'left_out' };
  }
  const { event, changes = [] } = outcome;
  const earlier = ids.earlier(event);
  if (earlier?.isSame === false) return { kind: 'reject', reject: conflictOf(event, earlier.line) };
  if (earlier !== undefined) notices.add(event.line, 'id_repeated');
  for (const change of changes) notices.add(event.line, change);
  return { kind: 'send', event };
}

/** Of two events with one id, one is stored. The first line of the file wins, whatever arrives first. */
const conflictOf = ({ line, ownId }: MappedEvent, earlier: number): Reject => ({
  line,
  code: 'id_conflict',
  message: `Expected an id of its own, but line ${earlier} has the same id and other content.`,
  ...(ownId === undefined ? {} : { id: ownId }),
});
