/** What ours does otherwise than AWS documents, on either back end. Operations that it refuses with a 501 are no part of it. */
import type { Difference } from './difference.ts';

export const OURS: readonly Difference[] = [
  {
    kind: 'differs',
    on: 'ours',
    case: 's3.encrypted-by-default',
    seen: null,
    right: 'aws',
    why: 'Objects lie on the disk as they came; an answer that says AES256 would claim what is not so.',
  },
  {
    kind: 'differs',
    on: 'ours',
    case: 's3.anonymous',
    seen: { status: 501 },
    right: 'aws',
    why:
      'The gateway finds the service in the signature and checks nothing else of it. Without one it cannot tell that S3 ' +
      'is meant, and says that; it refuses, as AWS does, by another status.',
  },
  {
    kind: 'differs',
    on: 'containers',
    case: 's3.anonymous',
    seen: { status: 501 },
    right: 'aws',
    why: 'The gateway in front of LocalStack is ours: see there.',
  },
  {
    kind: 'differs',
    on: 'ours',
    case: 'scheduler.starts',
    seen: 'after the first period',
    right: 'aws',
    why:
      'Each start of the local stack would begin with a load while it still starts. On AWS a schedule is made once and ' +
      'goes on; the product does not depend on when its first tick comes.',
  },
];
