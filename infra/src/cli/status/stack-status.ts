/** The state of a stack, as `dataloaf status --json` prints it, and which parts of it need a person. Pure. */

/** A part of the stack that could not be read. The others are still shown. */
export interface Trouble {
  readonly part: 'last_tick' | 'warehouse' | 'firehose';
  readonly message: string;
}

export interface LoadBalance {
  readonly batch_id: string;
  readonly kind: string;
  readonly loaded_at: string;
  readonly staged_events: number;
  readonly new_events: number;
  readonly conflicts: number;
  readonly staged_ops: number;
  readonly new_ops: number;
}

export interface RunningStatus {
  readonly running: true;
  readonly dir: string;
  readonly api: string;
  readonly insights: string;
  readonly pid: number;
  /** Every object that arrived up to here is loaded or parked; null before the first load. */
  readonly loaded_up_to: string | null;
  readonly age_seconds: number | null;
  /** Objects that the daily full listing found under an hour long past, and that are loaded now. */
  readonly late_objects: number;
  readonly last_load: LoadBalance | null;
  readonly events: number | null;
  readonly users: number | null;
  readonly parked: readonly { readonly object_uri: string; readonly reason: string }[];
  /** Bytes that Firehose holds and has not written yet; null when the stack does not report it. */
  readonly pending_bytes: number | null;
  readonly troubles: readonly Trouble[];
}

export interface StoppedStatus {
  readonly running: false;
  readonly dir: string;
  readonly reason: string;
}

export type StackStatus = RunningStatus | StoppedStatus;

/** Five missed loads. */
export const AGE_S_MAX = 900;

/** One sentence a point, in the order of the text output. Empty: all is well. */
export function attentionOf(status: StackStatus): readonly string[] {
  if (!status.running) return [status.reason];
  const points = status.troubles.map(({ part, message }) => `${part.replace('_', ' ')}: ${message}`);
  if (status.parked.length > 0) points.push(parkedPoint(status.parked.length));
  if (status.age_seconds !== null && status.age_seconds > AGE_S_MAX) points.push('The data is older than 15 minutes.');
  return points;
}

const parkedPoint = (count: number): string =>
  count === 1
    ? '1 object is parked: the warehouse refused it.'
    : `${count} objects are parked: the warehouse refused them.`;
