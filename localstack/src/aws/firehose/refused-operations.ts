/** Operations of Firehose that are refused with a 501: the deployment creates the streams. */
export const REFUSED_OPERATIONS: readonly string[] = [
  'CreateDeliveryStream',
  'DeleteDeliveryStream',
  'ListDeliveryStreams',
  'ListTagsForDeliveryStream',
  'StartDeliveryStreamEncryption',
  'StopDeliveryStreamEncryption',
  'TagDeliveryStream',
  'UntagDeliveryStream',
  'UpdateDestination',
];
