/** Finds journals of dead owners, adopts them, and removes them once they are drained. */

import { join } from 'node:path';
import type { Disk } from '../disk.ts';
import { codeOf } from '../error-code.ts';
import { ADOPTION_MS } from '../limits.ts';
import type { FoundFolder, HeldFolder, Ownership } from '../ownership/ownership.ts';
import { runtime } from '../runtime.ts';
import { AdoptedBacklog, CURSOR_FILE } from './backlog.ts';
import { FRAME_BYTES_MIN, parseSegmentName } from './frame.ts';
import type { Damage } from './segment-reader.ts';
import type { Segment } from './segment-writer.ts';

const CURSOR = /^\d{1,16}\n?$/;
const CURSOR_BYTES_MAX = 32;
/** More kinds of errors than a folder of journals has in practice. */
const REPORTS_MAX = 1_000;

export interface AdopterPorts {
  readonly disk: Disk;
  readonly ownership: Ownership;
  readonly onDamage: (damage: Damage) => Promise<void>;
  readonly onAdopted: () => void;
  /** The sender has taken every record of an adopted journal. */
  readonly onRead: () => void;
  /** A dead journal of another endpoint or key. Called once for each. */
  readonly onForeign: (folder: FoundFolder) => void;
  /** Called once for each folder and kind of error: a disk that refuses one thing refuses it at every scan. */
  readonly onError: (error: unknown) => void;
  /** Whether the journal cannot write. Then it has reported why, and scans that fail say nothing new. */
  readonly isDegraded: () => boolean;
}

interface Adopted {
  readonly folder: HeldFolder;
  readonly journal: AdoptedBacklog;
}

export class Adopter {
  readonly #fingerprint: string;
  readonly #ports: AdopterPorts;
  readonly #foreign = new Set<string>();
  readonly #removals = new Set<Promise<void>>();
  readonly #reported = new Set<string>();
  #failedScans = 0;
  #adopted: Adopted[] = [];
  /** Adopted, but the disk failed before the segments were listed. The next scan retries. */
  #unopened: HeldFolder[] = [];
  #scan: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** Only journals with this fingerprint are adopted. */
  constructor(fingerprint: string, ports: AdopterPorts) {
    this.#fingerprint = fingerprint;
    this.#ports = ports;
  }

  /** Journals that are not read to the end, the oldest adoption first. */
  get journals(): readonly AdoptedBacklog[] {
    return this.#adopted.map(({ journal }) => journal).filter((journal) => !journal.isRead);
  }

  get size(): number {
    return this.#adopted.length + this.#unopened.length;
  }

  get pendingBytes(): number {
    return this.#adopted.reduce((sum, { journal }) => sum + journal.pendingBytes, 0);
  }

  start(): void {
    this.#timer = runtime.setInterval(() => void this.scan(), ADOPTION_MS).unref();
    void this.scan();
  }

  /** Resolves when every journal that can be adopted now is adopted. Never rejects. */
  scan(): Promise<void> {
    this.#scan ??= this.#scanNow()
      .then(() => {
        this.#failedScans = 0;
      })
      .catch((error) => {
        this.#failedScans += 1;
        // The first failure may be that of a disk that fails, which the next write reports. After the second, silence.
        if (this.#failedScans === 2 && !this.#ports.isDegraded()) this.#ports.onError(error);
      })
      .finally(() => {
        this.#scan = undefined;
      });
    return this.#scan;
  }

  /** Removes drained folders. */
  sweep(): void {
    const drained = this.#adopted.filter(({ journal }) => journal.isDrained);
    if (drained.length === 0) return;
    this.#adopted = this.#adopted.filter((each) => !drained.includes(each));
    for (const { folder, journal } of drained) {
      this.#ports.ownership.forget(folder);
      const removal = journal.backlog
        .quiesce()
        .then(() => this.#ports.disk.remove(folder.path))
        .catch((error) => this.#report(folder.path, error))
        .finally(() => this.#removals.delete(removal));
      this.#removals.add(removal);
    }
  }

  /** Resolves when the swept folders are deleted. */
  async swept(): Promise<void> {
    await Promise.all(this.#removals);
  }

  closeSync(): void {
    this.#isClosed = true;
    runtime.clearInterval(this.#timer);
    for (const { folder, journal } of this.#adopted) {
      journal.backlog.writeCursorSync();
      this.#ports.ownership.releaseSync(folder);
    }
    for (const folder of this.#unopened) this.#ports.ownership.releaseSync(folder);
    this.#adopted = [];
    this.#unopened = [];
  }

  async #scanNow(): Promise<void> {
    const { ownership, onAdopted } = this.#ports;
    for (const folder of this.#unopened.splice(0)) await this.#open(folder);
    for (const found of await ownership.findDead()) {
      if (this.#isClosed) return;
      // One folder that cannot be adopted must not block the others.
      await this.#take(found).catch((error) => this.#report(found.path, error));
    }
    if (this.#adopted.length > 0) onAdopted();
  }

  async #take(found: FoundFolder): Promise<void> {
    const { onForeign } = this.#ports;
    if (found.fingerprint === this.#fingerprint) {
      const folder = await this.#adopt(found);
      if (folder !== null) await this.#open(folder);
    } else if (!this.#foreign.has(found.path)) {
      this.#foreign.add(found.path);
      onForeign(found);
    }
  }

  async #adopt(found: FoundFolder): Promise<HeldFolder | null> {
    const { ownership } = this.#ports;
    try {
      return ownership.adopt(found);
    } catch (error) {
      if (codeOf(error) !== 'EXDEV') throw error;
      return ownership.adoptCopy(found);
    }
  }

  #report(path: string, error: unknown): void {
    const key = `${path} ${codeOf(error)}`;
    if (this.#reported.has(key) || this.#reported.size >= REPORTS_MAX) return;
    this.#reported.add(key);
    this.#ports.onError(error);
  }

  /** Never rejects. A failure keeps the folder for the next scan: no other process adopts it while we live. */
  async #open(folder: HeldFolder): Promise<void> {
    const { disk, onDamage, onRead, ownership } = this.#ports;
    try {
      const segments = await this.#listSegments(folder);
      const firstSeq = (await this.#readCursor(folder, segments.at(-1))) + 1;
      if (this.#isClosed) return ownership.releaseSync(folder);
      const journal = new AdoptedBacklog(
        { folder: folder.path, segments, firstSeq },
        { disk, onDamage, onRead, onRoom: () => undefined },
      );
      this.#adopted.push({ folder, journal });
    } catch (error) {
      // Another process has taken it, after we were silent for a minute.
      if (codeOf(error) === 'ENOENT') return ownership.forget(folder);
      this.#report(folder.path, error);
      if (this.#isClosed) ownership.releaseSync(folder);
      else this.#unopened.push(folder);
    }
  }

  async #listSegments(folder: HeldFolder): Promise<Segment[]> {
    const { disk } = this.#ports;
    const segments: Segment[] = [];
    for (const name of await disk.list(folder.path)) {
      const firstSeq = parseSegmentName(name);
      const path = join(folder.path, name);
      const facts = firstSeq === undefined ? null : await disk.facts(path);
      if (firstSeq !== undefined && facts?.isFile === true) segments.push({ firstSeq, path, bytes: facts.bytes });
    }
    return segments.sort((a, b) => a.firstSeq - b.firstSeq);
  }

  /**
   * A cursor that is unreadable, or beyond all records that the last segment can hold, counts as 0: repeats are harmless, gaps
   * are not.
   */
  async #readCursor(folder: HeldFolder, last: Segment | undefined): Promise<number> {
    const { disk } = this.#ports;
    const path = join(folder.path, CURSOR_FILE);
    try {
      const facts = await disk.facts(path);
      if (facts === null || !facts.isFile || facts.bytes > CURSOR_BYTES_MAX) return 0;
      const text = await disk.readText(path);
      const cursor = CURSOR.test(text) ? Number(text) : 0;
      const lastSeq = last === undefined ? 0 : last.firstSeq + Math.floor(last.bytes / FRAME_BYTES_MIN);
      return cursor <= lastSeq ? cursor : 0;
    } catch {
      return 0;
    }
  }
}
