/** What the warehouse and S3 hold at the end of a run. */
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { ReadyLine } from '@dataloaf/core/stack-file';
import { describeDeployment } from '@dataloaf/infra/deployment';
import { LOCAL_DATABASE, LOCAL_NAME, LOCAL_WORKGROUP } from '@dataloaf/infra/local-names';
import { createS3Client } from '@dataloaf/localstack/aws/clients';
import { query } from '../tools/local-process.ts';
import type { Stored, StoredEvent, StoredOperation, StoredUser } from './oracle.ts';

export async function readStored(ready: ReadyLine): Promise<Stored> {
  const events = await query(
    ready,
    'SELECT event_id AS id, event_name AS name, user_id AS user, event_attributes AS attributes FROM dataloaf.events',
  );
  const operations = await query(ready, 'SELECT op_id AS id, user_id AS user FROM dataloaf.user_ops');
  const users = await query(
    ready,
    'SELECT user_id AS user, user_attributes AS document, attributes_truncated AS "isTruncated" FROM dataloaf.users',
  );
  return {
    events: events as unknown as readonly StoredEvent[],
    operations: operations as unknown as readonly StoredOperation[],
    users: users as unknown as readonly StoredUser[],
  };
}

/** Each is a rule, as an SQL expression that is true. */
const BALANCES = {
  'the ledger counts every event':
    '(SELECT count(*) FROM dataloaf.events) = (SELECT sum(new_events) FROM dataloaf.load_batches)',
  'the ledger counts every operation':
    '(SELECT count(*) FROM dataloaf.user_ops) = (SELECT sum(new_ops) FROM dataloaf.load_batches)',
  'the rollup counts every event':
    '(SELECT count(*) FROM dataloaf.events) = (SELECT sum(events) FROM dataloaf.event_rollup)',
  'every event has one key':
    '(SELECT count(*) FROM dataloaf.events) = (SELECT count(DISTINCT event_id) FROM dataloaf.event_keys)',
  'an object is in the ledger once':
    '(SELECT count(*) FROM dataloaf.load_files) = (SELECT count(DISTINCT object_uri) FROM dataloaf.load_files)',
  'no object is parked': "NOT EXISTS (SELECT 1 FROM dataloaf.load_files WHERE outcome = 'parked')",
  'no repeat is a conflict':
    'NOT EXISTS (SELECT 1 FROM dataloaf.event_conflicts) AND NOT EXISTS (SELECT 1 FROM dataloaf.op_conflicts)',
} as const;

/** The rules about what is beside the rows that do not hold. */
export async function findImbalances(ready: ReadyLine): Promise<readonly string[]> {
  const columns = Object.entries(BALANCES).map(([rule, sql]) => `(${sql}) AS "${rule}"`);
  const [row] = await query(ready, `SELECT ${columns.join(', ')}`);
  const broken = Object.keys(BALANCES).filter((rule) => row?.[rule] !== true);
  const reasons = await query(
    ready,
    "SELECT DISTINCT reason FROM dataloaf.load_files WHERE outcome = 'parked' LIMIT 3",
  );
  return [...broken, ...reasons.map(({ reason }) => `parked: ${reason}`), ...(await findRejected(ready))];
}

/** Every item is valid, so none is kept as rejected. */
async function findRejected({ aws }: ReadyLine): Promise<readonly string[]> {
  const { buckets } = describeDeployment({
    name: LOCAL_NAME,
    workgroup: LOCAL_WORKGROUP,
    database: LOCAL_DATABASE,
    copyRoleArn: '',
    adminSecretArn: '',
  });
  const s3 = createS3Client(aws);
  const lists = await Promise.all(
    Object.values(buckets).map((Bucket) =>
      s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'rejected/', MaxKeys: 3 })),
    ),
  );
  return lists.flatMap(({ Contents = [] }) => Contents.map(({ Key }) => `rejected: ${Key}`));
}
