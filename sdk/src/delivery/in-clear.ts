/** Whether the key and the items travel unencrypted over a network. */
import type { URL } from 'node:url';

export const IN_CLEAR =
  'the endpoint is http on another machine: the key and all items can be read on the way; use https';

/** On this machine they reach no network. */
export function isInClear({ protocol, hostname }: URL): boolean {
  if (protocol !== 'http:') return false;
  const isIpv4 = /^127\.\d+\.\d+\.\d+$/.test(hostname);
  // `::ffff:127.0.0.1` is written as `[::ffff:7f00:1]` in a URL.
  const isIpv6 = hostname === '[::1]' || /^\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\]$/.test(hostname);
  return !isIpv4 && !isIpv6 && !/^(?:.+\.)?localhost\.?$/.test(hostname);
}
