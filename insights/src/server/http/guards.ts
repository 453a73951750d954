/**
 * Guards that every request passes first. A page that the developer visits must not reach Insights through a name that
 * resolves to this machine (DNS rebinding), nor start queries from another site. Our own page may load nothing from elsewhere.
 */
import type { IncomingMessage } from 'node:http';
import { RequestError } from '@dataloaf/core/errors';
import { namedHost } from '@dataloaf/core/host-header';
import type { RequestHandler } from 'express';

const CONTENT_SECURITY_POLICY =
  "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export const setSecurityHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    'Content-Security-Policy': CONTENT_SECURITY_POLICY,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
  });
  next();
};

/**
 * Refuses a request that names no host or several. With `own` the host must be this machine, by one of its names, with the
 * port that we listen on.
 */
export const refuseHosts =
  (hosts: 'own' | 'any'): RequestHandler =>
  (request, _response, next) => {
    const host = namedHost(request, request.socket.localPort ?? 0);
    if (host.kind === 'invalid') throw new RequestError(400, 'host_invalid', { message: host.reason });
    if (host.kind === 'foreign' && hosts === 'own') {
      throw new RequestError(403, 'host_refused', {
        message: 'Expected the Host header to be 127.0.0.1, localhost or [::1], with the Insights port.',
        hint: 'Open the address that Insights printed. To serve other machines, set INSIGHTS_HOST=0.0.0.0.',
      });
    }
    next();
  };

/** Express routes no target that is a whole URL, so it gets the path of one that we serve. The guard judges all others. */
export function usePath(request: IncomingMessage, hosts: 'own' | 'any'): void {
  const host = namedHost(request, request.socket.localPort ?? 0);
  if (host.kind === 'own' || (host.kind === 'foreign' && hosts === 'any')) request.url = host.target;
}

/** Browsers send the site of the requesting page. Scripts and other programs send nothing, and are allowed. */
export const refuseOtherSites: RequestHandler = (request, _response, next) => {
  const site = request.headers['sec-fetch-site'];
  if (site === 'cross-site' || site === 'same-site') {
    throw new RequestError(403, 'site_refused', { message: 'Expected a request from the Insights page itself.' });
  }
  next();
};
