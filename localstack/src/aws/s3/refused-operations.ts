/**
 * Names of the operations of S3 that are not emulated, for the refusal: clients other than the JavaScript SDK do not name
 * them, and "PUT bucket?policy" tells a person less than "PutBucketPolicy".
 */

/** Sub-resources by what the names of their operations end with. */
const OF_BUCKET: Readonly<Record<string, string>> = {
  abac: 'BucketAbac',
  accelerate: 'BucketAccelerateConfiguration',
  acl: 'BucketAcl',
  analytics: 'BucketAnalyticsConfiguration',
  cors: 'BucketCors',
  encryption: 'BucketEncryption',
  'intelligent-tiering': 'BucketIntelligentTieringConfiguration',
  inventory: 'BucketInventoryConfiguration',
  lifecycle: 'BucketLifecycleConfiguration',
  location: 'BucketLocation',
  logging: 'BucketLogging',
  metadataConfiguration: 'BucketMetadataConfiguration',
  metadataTable: 'BucketMetadataTableConfiguration',
  metrics: 'BucketMetricsConfiguration',
  notification: 'BucketNotificationConfiguration',
  'object-lock': 'ObjectLockConfiguration',
  ownershipControls: 'BucketOwnershipControls',
  policy: 'BucketPolicy',
  policyStatus: 'BucketPolicyStatus',
  publicAccessBlock: 'PublicAccessBlock',
  replication: 'BucketReplication',
  requestPayment: 'BucketRequestPayment',
  tagging: 'BucketTagging',
  versioning: 'BucketVersioning',
  website: 'BucketWebsite',
};

const OF_OBJECT: Readonly<Record<string, string>> = {
  acl: 'ObjectAcl',
  annotation: 'ObjectAnnotation',
  attributes: 'ObjectAttributes',
  'legal-hold': 'ObjectLegalHold',
  retention: 'ObjectRetention',
  tagging: 'ObjectTagging',
  torrent: 'ObjectTorrent',
};

/** Lists of the configurations that have an id: the same request without it. */
const LISTS = ['analytics', 'intelligent-tiering', 'inventory', 'metrics'];

/** By method, target and sub-resource: those that follow no rule. */
const IRREGULAR: Readonly<Record<string, string>> = {
  'GET bucket': 'ListObjects',
  'GET bucket?session': 'CreateSession',
  'GET bucket?uploads': 'ListMultipartUploads',
  'GET bucket?versions': 'ListObjectVersions',
  'DELETE bucket?lifecycle': 'DeleteBucketLifecycle',
  'POST bucket?metadataConfiguration': 'CreateBucketMetadataConfiguration',
  'POST bucket?metadataTable': 'CreateBucketMetadataTableConfiguration',
  'PUT bucket?metadataAnnotationTable': 'UpdateBucketMetadataAnnotationTableConfiguration',
  'PUT bucket?metadataInventoryTable': 'UpdateBucketMetadataInventoryTableConfiguration',
  'PUT bucket?metadataJournalTable': 'UpdateBucketMetadataJournalTableConfiguration',
  'GET object?uploadId': 'ListParts',
  'POST object?uploads': 'CreateMultipartUpload',
  'POST object?uploadId': 'CompleteMultipartUpload',
  'DELETE object?uploadId': 'AbortMultipartUpload',
  'PUT object?partNumber': 'UploadPart',
  'POST object?restore': 'RestoreObject',
  'POST object?select': 'SelectObjectContent',
  'PUT object?encryption': 'UpdateObjectEncryption',
  'PUT object?renameObject': 'RenameObject',
};

const VERBS: Readonly<Record<string, string>> = { GET: 'Get', PUT: 'Put', DELETE: 'Delete' };

export interface RefusedRequest {
  readonly method: string;
  readonly target: 'service' | 'bucket' | 'object';
  /** Names of the query's parameters that are no ordinary ones. */
  readonly subResources: readonly string[];
  readonly isCopy: boolean;
}

/** The operation's name, or else the request itself. */
export function refusedOperation(request: RefusedRequest): string {
  const { method, target, subResources, isCopy } = request;
  if (isCopy) return subResources.includes('uploadId') ? 'UploadPartCopy' : 'CopyObject';
  const plain = [`${method} ${target}`, ...subResources].join('?');
  const byName = subResources.map((name) => IRREGULAR[`${method} ${target}?${name}`] ?? regularName(request, name));
  return listName(request) ?? byName.find((name) => name !== undefined) ?? IRREGULAR[plain] ?? plain;
}

function listName({ method, subResources }: RefusedRequest): string | undefined {
  const has = (name: string): boolean => subResources.includes(name);
  if (method !== 'GET') return undefined;
  if (has('annotation') && !has('annotationName')) return 'ListObjectAnnotations';
  const list = has('id') ? undefined : LISTS.find(has);
  return list === undefined ? undefined : `List${OF_BUCKET[list]}s`;
}

function regularName({ method, target }: RefusedRequest, subResource: string): string | undefined {
  const noun = (target === 'object' ? OF_OBJECT : OF_BUCKET)[subResource];
  const verb = VERBS[method];
  return noun === undefined || verb === undefined ? undefined : `${verb}${noun}`;
}
