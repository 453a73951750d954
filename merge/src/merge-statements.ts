/** The transaction of one direct merge: the users half of a load. Pure. */
import { foldUsers } from '@dataloaf/core/warehouse/sql/fold-users';
import { recordDirect } from '@dataloaf/core/warehouse/sql/ledger';
import { literal } from '@dataloaf/core/warehouse/sql/literal';
import { logOperations, stageDirectOperations } from '@dataloaf/core/warehouse/sql/load-users';
import { takeMutex } from '@dataloaf/core/warehouse/sql/mutex';
import { LIVE_GENERATION } from '@dataloaf/core/warehouse/tables';
import type { Statement } from '@dataloaf/core/warehouse/warehouse';

export interface MergeSource {
  readonly mergeId: string;
  /** S3 address of the NDJSON object with the operations. */
  readonly uri: string;
  readonly roleArn: string;
}

export const mergeStatements = ({ mergeId, uri, roleArn }: MergeSource): readonly Statement[] => [
  ...takeMutex,
  ...stageDirectOperations(uri, roleArn),
  ...logOperations(literal(mergeId)),
  ...foldUsers('operations'),
  recordDirect({ batchId: mergeId, generation: LIVE_GENERATION }),
];
