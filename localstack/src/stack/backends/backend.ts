/**
 * A back end gives a stack two things: S3 for the gateway, and a Postgres. Everything else is ours on both back ends and
 * does not know which one it runs on.
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
  /** Folder for files that are valid only together with this back end's data. */
  readonly dir: string;
  readonly postgres: Postgres;
  /** Resolves when S3 has lost its data, after which the stack must not continue. Never resolves where that cannot happen. */
  readonly lost: Promise<DataLoafError>;
  /** The S3 of one stack. A back end may outlive a stack and serve the next one. */
  openStorage(ports: { readonly clock: Clock; readonly faults: Faults }): Promise<Storage>;
  stop(): Promise<void>;
}
