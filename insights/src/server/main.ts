/**
 * The process: reads the environment, builds the clients and starts the server. When it listens, it prints one JSON line with
 * its address to standard output; logs go to standard error. SIGTERM, SIGINT or the end of a parent that forked it end it.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { S3Client } from '@aws-sdk/client-s3';
import { ConfigError } from '@dataloaf/core/errors';
import { createLog } from '@dataloaf/core/log';
import { createRedshiftWarehouse } from '@dataloaf/core/warehouse/data-api';
import { readInsightsEnv } from './env.ts';
import { type RunningInsights, startInsights } from './start.ts';
import { createS3TickReader } from './tick/s3-tick-reader.ts';

async function main(): Promise<void> {
  const env = readInsightsEnv();
  const log = createLog({ name: 'insights', level: env.LOG_LEVEL, destination: 2 });
  const queryTimeoutMs = env.INSIGHTS_QUERY_SECONDS * 1_000;
  const ports = {
    warehouse: createRedshiftWarehouse({
      // The adapter retries on its own. Retries of the AWS SDK on top would multiply the waits.
      client: new RedshiftDataClient({ maxAttempts: 1 }),
      ...env.WAREHOUSE,
      database: env.WAREHOUSE_DATABASE,
      // Longer than a reader's wait, so that trying again can still get the result. Then the statement is cancelled.
      queryTimeoutMs: 3 * queryTimeoutMs,
    }),
    readTick: createS3TickReader(new S3Client({}), env.EVENTS_BUCKET),
    log,
    now: Date.now,
  };
  const insights = await startInsights(ports, {
    queryTimeoutMs,
    webDir: webDirOf(env.INSIGHTS_WEB_DIR),
    host: env.INSIGHTS_HOST,
    port: env.INSIGHTS_PORT,
  });
  endWithSignals(insights);
  process.stdout.write(`${JSON.stringify({ url: insights.url })}\n`);
  log.info({ url: insights.url }, 'insights started');
}

/** The configured folder, else the one beside the bundle, else the output of `buildWeb`. */
function webDirOf(named: string): string {
  if (named !== '') return named;
  const beside = fileURLToPath(new URL('./web', import.meta.url));
  return existsSync(beside) ? beside : fileURLToPath(new URL('../../dist/web', import.meta.url));
}

function endWithSignals(insights: RunningInsights): void {
  const stop = (): void => {
    // Clients may still hold sockets open: the process ends with its server, not with the last socket.
    void insights.close().finally(() => process.exit(0));
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(signal, stop);
}

main().catch((error: unknown) => {
  // An operator can fix a ConfigError with its message and hint, without a stack.
  const text = error instanceof ConfigError ? `${error.message}\n${error.hint ?? ''}` : String(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
});
