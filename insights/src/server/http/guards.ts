/**
 * Guards that every request passes first. A page that the developer visits must not reach Insights through a name that
 * resolves to this machine (DNS rebinding), nor start queries from another site. Our own page may load nothing from elsewhere.
 */
import { RequestError } from '@dataloaf/core/errors';
import type { Request, RequestHandler } from 'express';

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

/** Allows only this machine's own names, with the port that we listen on. */
export const refuseForeignHost: RequestHandler = (request, _response, next) => {
  if (!isOwnHost(request)) {
    throw new RequestError(403, 'host_refused', {
      message: 'Expected the Host header to be 127.0.0.1, localhost or [::1], with the Insights port.',
      hint: 'Open the address that Insights printed. To serve other machines, set INSIGHTS_HOST=0.0.0.0.',
    });
  }
  next();
};

function isOwnHost(request: Request): boolean {
  const host = request.headers.host?.toLowerCase() ?? '';
  const port = request.socket.localPort;
  return ['127.0.0.1', 'localhost', '[::1]'].some(
    (name) => host === `${name}:${port}` || (port === 80 && host === name),
  );
}

/** Browsers send the site of the requesting page. Scripts and other programs send nothing, and are allowed. */
export const refuseOtherSites: RequestHandler = (request, _response, next) => {
  const site = request.headers['sec-fetch-site'];
  if (site === 'cross-site' || site === 'same-site') {
    throw new RequestError(403, 'site_refused', { message: 'Expected a request from the Insights page itself.' });
  }
  next();
};
