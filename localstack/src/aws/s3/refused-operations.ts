/**
 * Names of the S3 operations that are refused with a 501. Only the JavaScript SDK names the operation in its requests, and
 * "PutBucketPolicy" tells a person more than "PUT bucket?policy".
 */

/** Sub-resources, and the noun in the names of their operations. */
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

/** Configurations with an id: the same request without an id lists them. */
const LISTS = ['analytics', 'intelligent-tiering', 'inventory', 'metrics'];

/** Operations whose names follow no rule, by method, target and sub-resource. */
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
  /** Names of the query parameters that select a sub-resource. */
  readonly subResources: readonly string[];
  readonly isCopy: boolean;
}

/** The name of the operation, or the request itself when it has none. */
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
