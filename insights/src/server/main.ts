/**
 * The process: reads the environment, builds the clients, starts the server. One JSON line with the address on standard
 * output when it listens; logs on standard error. SIGTERM and SIGINT end it, and so does the end of a parent that forked it.
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
  const insights = await startInsights({
    warehouse: createRedshiftWarehouse({
      // The adapter repeats what may be repeated; a second loop of the SDK's own would multiply the waits.
      client: new RedshiftDataClient({ maxAttempts: 1 }),
      workgroup: env.WAREHOUSE_WORKGROUP,
      database: env.WAREHOUSE_DATABASE,
      // Longer than a person's wait, so that asking again can still meet the result; then it is cancelled.
      queryTimeoutMs: 3 * queryTimeoutMs,
    }),
    readTick: createS3TickReader(new S3Client({}), env.EVENTS_BUCKET),
    log,
    now: Date.now,
    queryTimeoutMs,
    webDir: webDirOf(env.INSIGHTS_WEB_DIR),
    host: env.INSIGHTS_HOST,
    port: env.INSIGHTS_PORT,
  });
  endWithSignals(insights);
  process.stdout.write(`${JSON.stringify({ url: insights.url })}\n`);
  log.info({ url: insights.url }, 'insights started');
}

/** Named, else beside the bundle, else where `buildWeb` puts it for the sources. */
function webDirOf(named: string): string {
  if (named !== '') return named;
  const beside = fileURLToPath(new URL('./web', import.meta.url));
  return existsSync(beside) ? beside : fileURLToPath(new URL('../../dist/web', import.meta.url));
}

function endWithSignals(insights: RunningInsights): void {
  const stop = (): void => {
    // A client's sockets may still be open: the process ends with its server, not with the last of them.
    void insights.close().finally(() => process.exit(0));
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(signal, stop);
}

main().catch((error: unknown) => {
  // What an operator can mend needs its sentence, not the place in the code where it was noticed.
  const text = error instanceof ConfigError ? `${error.message}\n${error.hint ?? ''}` : String(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
});
