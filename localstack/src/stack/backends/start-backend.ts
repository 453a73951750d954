import type { Log } from '@dataloaf/core/log';
import type { Backend, BackendName } from './backend.ts';
import { startEmbedded } from './embedded.ts';

export interface BackendOptions {
  /** The stack's folder, absolute and locked by this process. */
  readonly dir: string;
  readonly log: Log;
  /** `embedded` only. */
  readonly postgresUrl?: string | undefined;
  /** `embedded` only; containers keep nothing anyway. */
  readonly isEphemeral?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export async function startBackend(name: BackendName, options: BackendOptions): Promise<Backend> {
  if (name === 'embedded') return startEmbedded(options);
  // Its libraries take half a second to load, so they are loaded only when needed.
  const { startContainers } = await import('./containers.ts');
  return startContainers(options);
}
