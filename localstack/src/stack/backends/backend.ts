/**
 * The two things that a back end gives to a stack: S3 for its gateway, and a Postgres. Everything else is ours on both, and
 * does not know on which one it runs.
 */
import type { DataLoafError } from '@dataloaf/core/errors';
import type { Storage } from '../../aws/s3/storage.ts';
import type { Clock } from '../../clock.ts';
import type { Faults } from '../../faults.ts';
import type { Postgres } from '../../postgres/start-postgres.ts';

export const BACKEND_NAMES = ['embedded', 'containers'] as const;
export type BackendName = (typeof BACKEND_NAMES)[number];

export interface Backend {
  readonly name: BackendName;
  /** Folder of what stands and falls with this back end's data. */
  readonly dir: string;
  readonly postgres: Postgres;
  /** Resolves when what S3 held is gone and the stack must not go on; never when that cannot happen. */
  readonly lost: Promise<DataLoafError>;
  /** S3 behind the gateway of one stack. A back end may outlive a stack and serve the next one. */
  openStorage(ports: { readonly clock: Clock; readonly faults: Faults }): Promise<Storage>;
  stop(): Promise<void>;
}
