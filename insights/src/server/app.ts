/** The HTTP edge: which request goes where, and what all of them pass. */
import type { Log } from '@dataloaf/core/log';
import type { Warehouse } from '@dataloaf/core/warehouse/warehouse';
import express, { type Express } from 'express';
import { answerError, answerNotFound } from './http/error-response.ts';
import { refuseForeignHost, refuseOtherSites, setSecurityHeaders } from './http/guards.ts';
import type { Sources } from './ports.ts';
import { eventsRoute } from './routes/events.ts';
import { freshnessRoute } from './routes/freshness.ts';
import { pageRoute } from './routes/page.ts';
import { seriesRoute } from './routes/query.ts';
import { createFreshness } from './tick/cached-tick.ts';
import type { TickReader } from './tick/last-tick.ts';
import { createResults } from './warehouse/cached-rows.ts';

export interface AppOptions {
  readonly warehouse: Warehouse;
  readonly readTick: TickReader;
  readonly log: Log;
  readonly now: () => number;
  /** Longest wait for one answer of the warehouse. */
  readonly queryTimeoutMs: number;
  readonly webDir: string;
  /** `own`: only names of this machine in Host. `any`: it serves others, behind whatever names them. */
  readonly hosts: 'own' | 'any';
}

export function createApp(options: AppOptions): Express {
  const { log, now } = options;
  const readTick = createFreshness(options.readTick, now);
  const results = createResults({ warehouse: options.warehouse, now, timeoutMs: options.queryTimeoutMs });
  // Without the tick there are still numbers, only no cache; `/api/freshness` tells the page, and is where it is logged.
  const loadOf: TickReader = () => readTick().catch(() => undefined);
  const sources: Sources = { results, loadOf, now };

  const app = express();
  app.disable('x-powered-by');
  app.use(setSecurityHeaders);
  if (options.hosts === 'own') app.use(refuseForeignHost);
  app.use('/api', refuseOtherSites, (_request, response, next) => {
    // Kept by the browser, but asked about each time: the entity tag saves the bytes, not the truth.
    response.set('Cache-Control', 'private, no-cache');
    next();
  });
  app.get('/api/events', eventsRoute(sources));
  app.get('/api/series', seriesRoute(sources));
  app.get('/api/freshness', freshnessRoute(readTick));
  app.use(pageRoute(options.webDir));
  app.use(answerNotFound);
  app.use(answerError(log));
  return app;
}
