/**
 * The name of a destination (endpoint and key) that does not reveal the key. Only journals of the same one are adopted.
 */

import { createHash } from 'node:crypto';
import type { URL } from 'node:url';

const HEX_DIGITS = 16;

export function fingerprintOf(endpoint: URL, serverKey: string): string {
  return createHash('sha256').update(`${endpoint.href}\n${serverKey}`).digest('hex').slice(0, HEX_DIGITS);
}
