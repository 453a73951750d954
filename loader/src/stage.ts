/** The stages of a tick, in their order. The tick logs each when it enters it: the last line of a dead tick says where. */
import type { Log } from '@dataloaf/core/log';

export type LoadStage =
  /** Cancels writers that hang, and waits for the statement that an earlier tick left running. */
  | 'settle_earlier'
  /** Lists both buckets and leaves out the objects that the ledger has. */
  | 'discover'
  /** Reads the newest load and the number of parked objects. An idle tick goes from `discover` to `remember`. */
  | 'check_ledger'
  /** Writes what the COPYs of a batch read. */
  | 'write_manifests'
  /** Sends the one transaction of a batch, under a token. */
  | 'submit'
  /** Waits for its end, at most until the deadline of the tick. */
  | 'wait'
  /** Reads whether the batch committed, whatever the Data API has reported. */
  | 'ask_ledger'
  /** Looks for the object that COPY refused. */
  | 'find_fault'
  /** Records that object in the ledger as parked. */
  | 'park'
  /** Writes the state in S3 for the next tick. */
  | 'remember'
  /** Submits the refresh of the attribute catalogue. */
  | 'refresh_catalog';

export function enterStage(log: Log, stage: LoadStage, fields: Readonly<Record<string, string | number>> = {}): void {
  log.info({ stage, ...fields }, 'load stage entered');
}
