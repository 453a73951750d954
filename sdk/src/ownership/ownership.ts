/**
 * Who owns a journal folder. States of a folder:
 *   new       It is made under another name and appears, with its lock, by one rename.
 *   held      Its owner writes or drains it. The modification time of the lock file is the heartbeat.
 *   dead      The owner has released it, its process has ended, or it was silent for a minute (`isOwnerDead`).
 *   adopted   The next owner has renamed it to its own id: held again, until it is drained and removed. A folder that
 *             cannot be renamed is copied instead (`adoptCopy`).
 * A folder name is never reused, so an owner holds its folder exactly as long as the lock file exists under the name
 * that it knows. Of two adopters one wins the rename. If both rename in turn, the winner is the one that writes its
 * lock under a name that still exists. An owner that was silent for a minute may find its folder gone. Whatever it
 * wrote before the adoption was there for the adopter to read.
 */
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { ProcessIdentity } from '@dataloaf/core/process-identity';
import type { Disk } from '../disk.ts';
import { codeOf } from '../error-code.ts';
import { SILENCE_MS_MAX } from '../limits.ts';
import { copyFiles } from './copy-files.ts';
import { type LockFile, parseLock } from './lock-file.ts';

export interface HeldFolder {
  readonly path: string;
  readonly owner: string;
}

export interface FoundFolder {
  readonly path: string;
  readonly fingerprint: string;
}

export interface OwnershipOptions {
  /** The folder of all journals. */
  readonly root: string;
  readonly fingerprint: string;
  /** `fsync`: a claimed folder and the folders above it survive a power cut. */
  readonly durability: 'os' | 'fsync' | 'memory';
}

export interface OwnershipPorts {
  readonly disk: Disk;
  readonly identity: ProcessIdentity;
  /** The start time of a living process, null when there is none. */
  readonly startOf: (pid: number) => string | null;
  /** Wall clock in milliseconds, because processes compare their heartbeats. */
  readonly now: () => number;
}

const LOCK = 'lock.json';
const FOLDER_NAME = /^([0-9a-f]{16})\.[0-9a-f-]{36}$/;
const NEW_PREFIX = 'new.';
/** A lock is about 300 bytes. A longer file is none. */
const LOCK_BYTES_MAX = 4_096;
/** Linux allows 4,096 bytes (PATH_MAX), others less. */
const PATH_CHARS_MAX = 4_096;
/** What `list` gets where there is no such folder. Then there is nothing to adopt, and the next write reports why. */
const NO_FOLDER: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG']);

export class Ownership {
  readonly #options: OwnershipOptions;
  readonly #ports: OwnershipPorts;
  readonly #held = new Map<string, HeldFolder>();
  /** Folders above the root with entries that may not be synced. */
  readonly #unsynced: Set<string>;
  /** Files with a time ahead of our clock, since when they have had it. */
  readonly #ahead = new Map<string, { readonly changedMs: number; readonly sinceMs: number }>();
  /** Copied, and the disk refuses to remove them. */
  readonly #copied = new Set<string>();

  constructor(options: OwnershipOptions, ports: OwnershipPorts) {
    this.#options = options;
    this.#unsynced = new Set([dirname(options.root)]);
    this.#ports = ports;
  }

  /** Makes the folder of all journals and those above it. @throws the error of the disk. */
  makeRoot(): void {
    const { disk } = this.#ports;
    const { root } = this.#options;
    let folder = dirname(root);
    // The system refuses a longer path; to walk up a very long one takes minutes.
    while (root.length <= PATH_CHARS_MAX && !disk.existsSync(folder) && folder !== dirname(folder)) {
      folder = dirname(folder);
      this.#unsynced.add(folder);
    }
    disk.makeFolderSync(root);
  }

  /**
   * Makes a folder of our own. It appears under its name with its lock inside, atomically. @throws the error of the
   * disk.
   */
  claim(): HeldFolder {
    const { disk } = this.#ports;
    const owner = randomUUID();
    const draft = join(this.#options.root, `${NEW_PREFIX}${owner}`);
    const folder = this.#folder(owner);
    this.makeRoot();
    try {
      disk.makeFolderSync(draft);
      disk.replaceSync(join(draft, LOCK), this.#lockText(owner, 'held'));
      disk.renameSync(draft, folder.path);
      if (this.#options.durability === 'fsync') this.#sync();
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

  /** Touches the locks of all our folders, as the sign of a living owner. Forgets folders that are gone. */
  async beat(): Promise<void> {
    for (const folder of [...this.#held.values()]) {
      try {
        await this.#ports.disk.touch(join(folder.path, LOCK), this.#ports.now());
      } catch (error) {
        // Any other error will also hit the next write, which reports it.
        if (codeOf(error) === 'ENOENT') this.#held.delete(folder.path);
      }
    }
  }

  /** Lets the next process adopt the folder at once. After a failure it has to wait until our process is gone. */
  releaseSync(folder: HeldFolder): void {
    this.#held.delete(folder.path);
    try {
      this.#ports.disk.replaceSync(join(folder.path, LOCK), this.#lockText(folder.owner, 'released'));
    } catch {
      // The folder was taken or the disk is full. The old lock counts as dead once our process is gone.
    }
  }

  /** For a drained folder. */
  removeSync(folder: HeldFolder): void {
    this.forget(folder);
    try {
      this.#ports.disk.removeSync(folder.path);
    } catch {
      // Then the next process adopts an empty journal and removes it.
    }
  }

  forget(folder: HeldFolder): void {
    this.#held.delete(folder.path);
  }

  /** Folders with a dead owner, of every destination. */
  async findDead(): Promise<readonly FoundFolder[]> {
    const dead: FoundFolder[] = [];
    for (const name of await this.#list()) {
      const path = join(this.#options.root, name);
      const fingerprint = FOLDER_NAME.exec(name)?.[1];
      if (fingerprint === undefined) {
        if (name.startsWith(NEW_PREFIX)) await this.#removeStale(path);
      } else if (!this.#held.has(path) && !this.#copied.has(path) && (await this.#isDead(path))) {
        dead.push({ path, fingerprint });
      }
    }
    return dead;
  }

  /** Adopts the folder of a dead owner. Null when another process was faster. */
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
      // Another adopter has read the dead owner's lock under our name, and has renamed the folder again.
      if (codeOf(error) === 'ENOENT') return null;
      // The disk is full: draining this folder may make room. At worst another process adopts it too.
    }
    this.#held.set(folder.path, folder);
    return folder;
  }

  /**
   * Adopts a folder that cannot be renamed (EXDEV): one in a lower layer of an overlay file system, such as the image of a
   * container. Its lock goes first, so that an owner that lives sees that it has lost the folder, and writes again what it
   * has not reported. Then its files are copied, and the folder is removed. Two adopters at once repeat items, under the
   * same ids, and so does a crash before the removal. Null when another process was faster. @throws the error of the disk.
   */
  async adoptCopy(found: FoundFolder): Promise<HeldFolder | null> {
    const { disk } = this.#ports;
    const isSynced = this.#options.durability === 'fsync';
    const owner = randomUUID();
    const draft = join(this.#options.root, `${NEW_PREFIX}${owner}`);
    const folder = this.#folder(owner);
    try {
      await disk.remove(join(found.path, LOCK));
      disk.makeFolderSync(draft);
      disk.replaceSync(join(draft, LOCK), this.#lockText(owner, 'held'));
      await copyFiles(disk, { from: found.path, to: draft, isSynced });
      disk.renameSync(draft, folder.path);
      if (isSynced) this.#sync();
    } catch (error) {
      this.#discard([draft, folder.path]);
      if (codeOf(error) === 'ENOENT') return null;
      throw error;
    }
    this.#held.set(folder.path, folder);
    await disk.remove(found.path).catch(() => {
      // This process sends the copy once. The next one sends the folder again, under the same ids.
      this.#copied.add(found.path);
    });
    return folder;
  }

  #sync(): void {
    const { disk } = this.#ports;
    for (const folder of this.#unsynced) disk.syncFolderSync(folder);
    disk.syncFolderSync(this.#options.root);
    this.#unsynced.clear();
  }

  /** Removes what a failed claim has made: a failing disk is retried often and must not fill with unused folders. */
  #discard(paths: readonly string[]): void {
    for (const path of paths) {
      try {
        this.#ports.disk.removeSync(path);
      } catch {
        // The claim has failed already and is reported. The remains are removed or adopted after a minute of silence.
      }
    }
  }

  async #list(): Promise<readonly string[]> {
    try {
      return await this.#ports.disk.list(this.#options.root);
    } catch (error) {
      if (NO_FOLDER.has(codeOf(error))) return [];
      throw error;
    }
  }

  async #isDead(path: string): Promise<boolean> {
    const { disk } = this.#ports;
    const beat = await disk.facts(join(path, LOCK));
    const folder = await disk.facts(path);
    if (folder === null) return false;
    const isLock = beat?.isFile === true && beat.bytes <= LOCK_BYTES_MAX;
    const lock = isLock ? await this.#readLock(path) : null;
    if (beat === null || lock === null) return this.#silenceMs(path, folder.changedMs) > SILENCE_MS_MAX;
    return isOwnerDead(lock, { ...this.#ports, silenceMs: this.#silenceMs(join(path, LOCK), beat.modifiedMs) });
  }

  async #readLock(path: string): Promise<LockFile | null> {
    try {
      return parseLock(JSON.parse(await this.#ports.disk.readText(join(path, LOCK))));
    } catch {
      // Gone, half written or unreadable: silence decides. One such folder must not block the others.
      return null;
    }
  }

  async #removeStale(path: string): Promise<void> {
    const facts = await this.#ports.disk.facts(path);
    if (facts !== null && this.#silenceMs(path, facts.changedMs) > SILENCE_MS_MAX) await this.#ports.disk.remove(path);
  }

  /**
   * How long the file has not changed. A time ahead of our clock is that of a wrong clock, then or now: such a file is silent
   * for as long as we have seen it unchanged. Otherwise nobody would adopt it before that time.
   */
  #silenceMs(path: string, changedMs: number): number {
    const now = this.#ports.now();
    if (changedMs <= now) {
      this.#ahead.delete(path);
      return now - changedMs;
    }
    const seen = this.#ahead.get(path);
    if (seen?.changedMs === changedMs) return now - seen.sinceMs;
    this.#ahead.set(path, { changedMs, sinceMs: now });
    return 0;
  }

  #folder(owner: string): HeldFolder {
    return { owner, path: join(this.#options.root, `${this.#options.fingerprint}.${owner}`) };
  }

  #lockText(owner: string, state: 'held' | 'released'): string {
    const { identity } = this.#ports;
    const lock: LockFile = {
      version: 1,
      owner,
      fingerprint: this.#options.fingerprint,
      ...identity,
      released: state === 'released',
    };
    return `${JSON.stringify(lock)}\n`;
  }
}

/** Pure: the decision that this whole file depends on. */
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
