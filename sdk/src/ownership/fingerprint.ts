/** Names a destination without telling its key: journals are adopted only for the same one. */
import { createHash } from 'node:crypto';

const HEX_DIGITS = 16;

export function fingerprintOf(endpoint: URL, serverKey: string): string {
  return createHash('sha256').update(`${endpoint.href}\n${serverKey}`).digest('hex').slice(0, HEX_DIGITS);
}
