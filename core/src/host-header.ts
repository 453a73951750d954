/**
 * Which host a request names, as RFC 9112 (3.2, 7.2) says. A page that rebinds its name to 127.0.0.1 sends its own name, so
 * a server of this machine serves only the names of this machine. Pure.
 */

export interface RequestHead {
  readonly rawHeaders: readonly string[];
  /** The target as sent: a path, or an absolute URL, whose host then counts instead of the header. */
  readonly url?: string | undefined;
}

export type NamedHost =
  | { readonly kind: 'own' | 'foreign' /** Path and query. */; readonly target: string }
  /** A 400: no host, several, or none that is valid. */
  | { readonly kind: 'invalid'; readonly reason: string };

const OWN_NAMES = ['127.0.0.1', 'localhost', '[::1]'];
/** A name or an address, and a port that may be empty. No user, no blanks, no list. */
const HOST = /^(?<name>\[[0-9a-f:.]+\]|[\w.~%!$&'()*+;=-]+)(?::(?<port>\d*))?$/i;
const ABSOLUTE = /^(?<scheme>[a-z][a-z0-9+.-]*):\/\/(?<host>[^/?#]*)(?<target>.*)$/i;
const HTTP_PORT = 80;

/** `port` is the one on which the server listens. */
export function namedHost({ rawHeaders, url = '/' }: RequestHead, port: number): NamedHost {
  const sent = rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'host');
  const [header] = sent;
  if (header === undefined) return invalid('no Host header');
  if (sent.length > 1) return invalid(`${sent.length} Host headers`);
  if (!HOST.test(header.trim())) return invalid('a Host header that is not a host');
  const absolute = ABSOLUTE.exec(url)?.groups;
  const host = absolute?.['host'] ?? header.trim();
  if (!HOST.test(host) || (absolute !== undefined && absolute['scheme']?.toLowerCase() !== 'http')) {
    return invalid('a target that is not a URL of http');
  }
  const rest = absolute?.['target'] ?? url;
  return {
    kind: isOwn(host, port) ? 'own' : 'foreign',
    target: rest.startsWith('/') || rest === '*' ? rest : `/${rest}`,
  };
}

/** What is wrong, in the sentence of an error. */
const invalid = (reason: string): NamedHost => ({
  kind: 'invalid',
  reason: `Expected one Host header, got ${reason}.`,
});

function isOwn(host: string, port: number): boolean {
  const { name = '', port: sent = '' } = HOST.exec(host)?.groups ?? {};
  return OWN_NAMES.includes(name.toLowerCase()) && (sent === '' ? HTTP_PORT : Number(sent)) === port;
}
