/**
 * Who owns a journal folder. States: new (being made under another name) -> held -> released, or its process died ->
 * adopted (renamed to its next owner's id, held again) -> removed when drained. A folder's name never comes back, so an
 * owner holds its folder exactly as long as the lock file is found under the name it knows. The lock file's time of
 * change is the heartbeat. Two adopters: rename lets one win; when both rename in turn, the one whose lock lands under a
 * name that still exists. An owner that was silent for a minute may find its folder gone; whatever it wrote before that
 * moment was there for the adopter to read.
 */
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { ProcessIdentity } from '@dataloaf/core/process-identity';
import { codeOf, type Disk } from '../disk.ts';
import { SILENCE_MS_MAX } from '../limits.ts';

export interface LockFile extends ProcessIdentity {
  readonly version: 1;
  /** The folder's name, except in the moment between the rename of an adoption and its lock. */
  readonly owner: string;
  /** SHA-256 prefix of endpoint and key: only journals for the same destination are adopted. */
  readonly fingerprint: string;
  readonly released: boolean;
}

export interface HeldFolder {
  readonly path: string;
  readonly owner: string;
}

export interface FoundFolder {
  readonly path: string;
  readonly fingerprint: string;
}

export interface OwnershipPorts {
  readonly disk: Disk;
  readonly identity: ProcessIdentity;
  /** The start time of a living process, null when there is none. */
  readonly startOf: (pid: number) => string | null;
  /** Wall clock in milliseconds: heartbeats are compared over processes. */
  readonly now: () => number;
  /** `fsync`: a folder that is claimed, and those on the way to it, survive a power cut. */
  readonly durability: 'os' | 'fsync' | 'memory';
}

const LOCK = 'lock.json';
const FOLDER_NAME = /^([0-9a-f]{16})\.[0-9a-f-]{36}$/;
const NEW_PREFIX = 'new.';

export class Ownership {
  readonly #root: string;
  readonly #fingerprint: string;
  readonly #ports: OwnershipPorts;
  readonly #held = new Map<string, HeldFolder>();
  /** Folders whose entries on the way to the root may be known to the cache alone. */
  readonly #unsynced: Set<string>;

  constructor(root: string, fingerprint: string, ports: OwnershipPorts) {
    this.#root = root;
    this.#unsynced = new Set([dirname(root)]);
    this.#fingerprint = fingerprint;
    this.#ports = ports;
  }

  /** Makes the folder of all journals, with those on the way to it. @throws what the disk throws. */
  makeRoot(): void {
    const { disk } = this.#ports;
    for (let folder = dirname(this.#root); !disk.existsSync(folder) && folder !== dirname(folder); ) {
      folder = dirname(folder);
      this.#unsynced.add(folder);
    }
    disk.makeFolderSync(this.#root);
  }

  /** Makes a folder of our own; it appears under its name with its lock inside, at once. @throws what the disk throws. */
  claim(): HeldFolder {
    const { disk } = this.#ports;
    const owner = randomUUID();
    const draft = join(this.#root, `${NEW_PREFIX}${owner}`);
    const folder = this.#folder(owner);
    this.makeRoot();
    try {
      disk.makeFolderSync(draft);
      disk.replaceSync(join(draft, LOCK), this.#lockText(owner, 'held'));
      disk.renameSync(draft, folder.path);
      if (this.#ports.durability === 'fsync') this.#sync();
    } catch (error) {
      this.#discard([draft, folder.path]);
      throw error;
    }
    this.#held.set(folder.path, folder);
    return folder;
  }

  async holds(folder: HeldFolder): Promise<boolean> {
    return (await this.#ports.disk.facts(join(folder.path, LOCK))) !== null;
  }

  holdsSync(folder: HeldFolder): boolean {
    return this.#ports.disk.existsSync(join(folder.path, LOCK));
  }

  /** Shows that all our folders have a living owner; those that are gone are forgotten. */
  async beat(): Promise<void> {
    for (const folder of [...this.#held.values()]) {
      try {
        await this.#ports.disk.touch(join(folder.path, LOCK), this.#ports.now());
      } catch (error) {
        // Any other trouble is met, and reported, by the next write.
        if (codeOf(error) === 'ENOENT') this.#held.delete(folder.path);
      }
    }
  }

  /** Lets the next process adopt at once. A failure only makes it wait until our process is gone. */
  releaseSync(folder: HeldFolder): void {
    this.#held.delete(folder.path);
    try {
      this.#ports.disk.replaceSync(join(folder.path, LOCK), this.#lockText(folder.owner, 'released'));
    } catch {
      // The folder was taken, or the disk is full: the lock as it stands tells the truth soon enough.
    }
  }

  /** For a folder that holds nothing any more. When that fails, the next process adopts an empty journal and removes it. */
  removeSync(folder: HeldFolder): void {
    this.forget(folder);
    try {
      this.#ports.disk.removeSync(folder.path);
    } catch {
      // As said above.
    }
  }

  forget(folder: HeldFolder): void {
    this.#held.delete(folder.path);
  }

  /** Folders whose owner is dead, of every destination. */
  async findDead(): Promise<readonly FoundFolder[]> {
    const dead: FoundFolder[] = [];
    for (const name of await this.#list()) {
      const path = join(this.#root, name);
      const fingerprint = FOLDER_NAME.exec(name)?.[1];
      if (fingerprint === undefined) {
        if (name.startsWith(NEW_PREFIX)) await this.#removeStale(path);
      } else if (!this.#held.has(path) && (await this.#isDead(path))) {
        dead.push({ path, fingerprint });
      }
    }
    return dead;
  }

  /** Takes a dead owner's folder; null when another process was faster. */
  adopt(found: FoundFolder): HeldFolder | null {
    const { disk } = this.#ports;
    const folder = this.#folder(randomUUID());
    try {
      disk.renameSync(found.path, folder.path);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      throw error;
    }
    try {
      disk.replaceSync(join(folder.path, LOCK), this.#lockText(folder.owner, 'held'));
    } catch (error) {
      // Another adopter saw the dead owner's lock under our name, and was faster with its own.
      if (codeOf(error) === 'ENOENT') return null;
      // A full disk: draining this folder may be what makes room. At worst another process takes it too.
    }
    this.#held.set(folder.path, folder);
    return folder;
  }

  #sync(): void {
    const { disk } = this.#ports;
    for (const folder of this.#unsynced) disk.syncFolderSync(folder);
    disk.syncFolderSync(this.#root);
    this.#unsynced.clear();
  }

  /** A failing disk is asked again and again; it must not fill with folders that nobody uses. */
  #discard(paths: readonly string[]): void {
    for (const path of paths) {
      try {
        this.#ports.disk.removeSync(path);
      } catch {
        // The disk has failed already, and this is reported; what is left is removed or adopted once it is silent.
      }
    }
  }

  async #list(): Promise<readonly string[]> {
    try {
      return await this.#ports.disk.list(this.#root);
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
      throw error;
    }
  }

  async #isDead(path: string): Promise<boolean> {
    const { disk, now } = this.#ports;
    const beat = await disk.facts(join(path, LOCK));
    const folder = await disk.facts(path);
    if (folder === null) return false;
    const lock = beat === null ? null : await this.#readLock(path);
    if (beat === null || lock === null) return now() - folder.changedMs > SILENCE_MS_MAX;
    return isOwnerDead(lock, { ...this.#ports, silenceMs: now() - beat.modifiedMs });
  }

  async #readLock(path: string): Promise<LockFile | null> {
    try {
      return parseLock(JSON.parse(await this.#ports.disk.readText(join(path, LOCK))));
    } catch {
      // Gone, half written, or not ours to read: silence decides, and one folder does not keep us from the others.
      return null;
    }
  }

  async #removeStale(path: string): Promise<void> {
    const facts = await this.#ports.disk.facts(path);
    if (facts !== null && this.#ports.now() - facts.changedMs > SILENCE_MS_MAX) await this.#ports.disk.remove(path);
  }

  #folder(owner: string): HeldFolder {
    return { owner, path: join(this.#root, `${this.#fingerprint}.${owner}`) };
  }

  #lockText(owner: string, state: 'held' | 'released'): string {
    const { identity } = this.#ports;
    const lock: LockFile = {
      version: 1,
      owner,
      fingerprint: this.#fingerprint,
      ...identity,
      released: state === 'released',
    };
    return `${JSON.stringify(lock)}\n`;
  }
}

/** Pure: the decision of the whole file. */
export function isOwnerDead(
  lock: LockFile,
  facts: Pick<OwnershipPorts, 'identity' | 'startOf'> & { readonly silenceMs: number },
): boolean {
  if (lock.released) return true;
  const { identity } = facts;
  const isVisible =
    lock.boot !== null &&
    lock.boot === identity.boot &&
    lock.host === identity.host &&
    lock.pidNamespace === identity.pidNamespace;
  if (isVisible) return facts.startOf(lock.pid) !== lock.processStart;
  return facts.silenceMs > SILENCE_MS_MAX;
}

/** Null for anything that this version does not write: then silence decides. */
function parseLock(value: unknown): LockFile | null {
  if (typeof value !== 'object' || value === null) return null;
  const lock: Partial<LockFile> = value;
  const isSound = lock.version === 1 && typeof lock.owner === 'string' && typeof lock.pid === 'number';
  if (!isSound || typeof lock.owner !== 'string' || typeof lock.pid !== 'number') return null;
  return {
    version: 1,
    owner: lock.owner,
    fingerprint: String(lock.fingerprint),
    host: String(lock.host),
    boot: lock.boot ?? null,
    pidNamespace: lock.pidNamespace ?? null,
    pid: lock.pid,
    processStart: lock.processStart ?? null,
    released: lock.released === true,
  };
}
