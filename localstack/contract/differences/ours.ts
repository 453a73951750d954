/** Where the local AWS differs from AWS's documentation. Operations that it refuses with a 501 are not listed. */
import type { Difference } from './difference.ts';

export const OURS: readonly Difference[] = [
  {
    kind: 'differs',
    on: 'ours',
    case: 's3.encrypted-by-default',
    seen: null,
    right: 'aws',
    why: 'Objects are stored unencrypted, so a response that says AES256 would be false.',
  },
  {
    kind: 'differs',
    on: 'ours',
    case: 's3.anonymous',
    seen: { status: 501 },
    right: 'aws',
    why:
      'The gateway reads the service from the signature and checks nothing else in it. Without a signature it cannot know ' +
      'that the request is for S3. It refuses the request, as AWS does, but with another status.',
  },
  {
    kind: 'differs',
    on: 'containers',
    case: 's3.anonymous',
    seen: { status: 501 },
    right: 'aws',
    why: 'The gateway in front of LocalStack is ours; see the same case above.',
  },
  {
    kind: 'differs',
    on: 'ours',
    case: 'scheduler.starts',
    seen: 'after the first period',
    right: 'aws',
    why:
      'Otherwise every start of a stack would begin with a load. On AWS a schedule is created once and keeps running; the ' +
      'product does not depend on the time of its first tick.',
  },
];
