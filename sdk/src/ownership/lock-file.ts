/** The content of `lock.json`, which says who owns a journal folder. Pure. */
import type { ProcessIdentity } from '@dataloaf/core/process-identity';

export interface LockFile extends ProcessIdentity {
  readonly version: 1;
  /** The name of the folder, except between the rename of an adoption and its new lock. */
  readonly owner: string;
  /** SHA-256 prefix of endpoint and key: only journals for the same destination are adopted. */
  readonly fingerprint: string;
  readonly released: boolean;
}

/** Null for anything that this version does not write. Then silence decides. */
export function parseLock(value: unknown): LockFile | null {
  if (typeof value !== 'object' || value === null) return null;
  const { version, owner, fingerprint, host, boot, pidNamespace, pid, processStart, released }: Partial<LockFile> =
    value;
  const areStrings = typeof owner === 'string' && typeof fingerprint === 'string' && typeof host === 'string';
  if (version !== 1 || !areStrings || !isPid(pid) || typeof released !== 'boolean') return null;
  if (!isText(boot) || !isText(pidNamespace) || !isText(processStart)) return null;
  return { version, owner, fingerprint, host, boot, pidNamespace, pid, processStart, released };
}

function isPid(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

function isText(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}
