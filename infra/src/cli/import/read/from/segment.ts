/** Segment's logs in S3: the calls of its spec, one JSON object a line. Track, page and screen calls are events. */
import type { VendorForm } from './vendor-form.ts';

export const SEGMENT: VendorForm = {
  event: ['event'],
  user: ['userId', 'anonymousId'],
  // ISO 8601. Segment has corrected `timestamp` by the error of the device's clock.
  time: ['timestamp', 'originalTimestamp', 'receivedAt'],
  id: ['messageId'],
  attributes: 'properties',
  dropped: [
    '_metadata',
    'integrations',
    'metadata',
    'originalTimestamp',
    'projectId',
    'receivedAt',
    'sentAt',
    'timestamp',
    'type',
    'version',
    'writeKey',
  ],
  prepare: (line) => {
    switch (line['type']) {
      // The names of pages are their attribute `name`, and would make many event names.
      case 'page':
      case 'screen':
        return { ...line, event: line['type'] };
      case 'identify':
      case 'group':
      case 'alias':
        return undefined;
      default:
        return line;
    }
  },
};
