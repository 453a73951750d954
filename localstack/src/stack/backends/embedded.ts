/** S3 on disk and a Postgres process on this machine. Needs no Docker, and the data survives a restart. */
import { join } from 'node:path';
import type { Log } from '@dataloaf/core/log';
import { S3Api } from '../../aws/s3/api.ts';
import { startPostgres } from '../../postgres/start-postgres.ts';
import type { Backend } from './backend.ts';

export interface EmbeddedOptions {
  readonly dir: string;
  readonly log: Log;
  readonly postgresUrl?: string | undefined;
  readonly isEphemeral?: boolean | undefined;
}

export async function startEmbedded(options: EmbeddedOptions): Promise<Backend> {
  const { dir, log } = options;
  const postgres = await startPostgres({ dir, log, url: options.postgresUrl, ephemeral: options.isEphemeral });
  return {
    name: 'embedded',
    dir,
    postgres,
    lost: new Promise(() => undefined),
    openStorage: async ({ clock, faults }) => {
      const storage = new S3Api({ dir: join(dir, 's3'), clock, faults });
      await storage.start();
      return storage;
    },
    stop: () => postgres.stop(),
  };
}
