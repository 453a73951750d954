/** The HTTP edge: the guards that every request passes, and the routes. */
import express, { type Express } from 'express';
import { respondNotFound, respondWithError } from './http/error-response.ts';
import { refuseHosts, refuseOtherSites, setSecurityHeaders } from './http/guards.ts';
import { createFailureReport } from './http/report-failures.ts';
import type { InsightsPorts, RoutePorts } from './ports.ts';
import { attributesRoute } from './routes/attributes.ts';
import { eventsRoute } from './routes/events.ts';
import { explainRoute } from './routes/explain.ts';
import { freshnessRoute } from './routes/freshness.ts';
import { pageRoute } from './routes/page.ts';
import { queryRoute } from './routes/query.ts';
import { createCachedTick } from './tick/cached-tick.ts';
import type { TickReader } from './tick/last-tick.ts';
import { createCachedRows } from './warehouse/cached-rows.ts';

export interface AppOptions {
  /** Longest wait for one statement in the warehouse. */
  readonly queryTimeoutMs: number;
  readonly webDir: string;
  /** `own`: the request must name this machine as its host. `any`: the server is open to others, for example through a proxy. */
  readonly hosts: 'own' | 'any';
}

export function createApp({ warehouse, log, now, ...ports }: InsightsPorts, options: AppOptions): Express {
  const readTick = createCachedTick(ports.readTick, now);
  const rows = createCachedRows({ warehouse, now }, options.queryTimeoutMs);
  // Without the tick there are still numbers, but no cache. `/api/freshness` reports and logs the failure.
  const lastTick: TickReader = () => readTick().catch(() => undefined);
  const routePorts: RoutePorts = { rows, lastTick, now };

  const app = express();
  app.disable('x-powered-by');
  app.use(setSecurityHeaders);
  app.use(refuseHosts(options.hosts));
  app.use('/api', refuseOtherSites, (_request, response, next) => {
    // Browsers keep the response but revalidate it each time: the entity tag saves bytes and never shows stale numbers.
    response.set('Cache-Control', 'private, no-cache');
    next();
  });
  app.get('/api/query', queryRoute(routePorts));
  app.get('/api/explain', explainRoute(routePorts));
  app.get('/api/attributes', attributesRoute(routePorts));
  app.get('/api/events', eventsRoute(routePorts));
  app.get('/api/freshness', freshnessRoute(readTick));
  app.use(pageRoute(options.webDir));
  app.use(respondNotFound);
  app.use(respondWithError(createFailureReport({ log, now })));
  return app;
}
