/**
 * One process on a simulated volume. Its disk counts calls and fails those that `faultOf` names. After a kill nothing
 * more reaches the volume; calls in flight have happened wholly, in part, or not at all. Asynchronous calls take a few
 * virtual milliseconds. Lock files read as if each of their writers had its own pid, which ends with the writer.
 */
import type { Disk } from '../../src/disk.ts';
import { type DiskCall, diskError, type Fault } from './disk-fault.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { SimulatedFile, SimulatedVolume } from './simulated-volume.ts';

interface ProcessOptions {
  readonly volume: SimulatedVolume;
  readonly random: SeededRandom;
  readonly faultOf: (call: DiskCall) => Fault | undefined;
  readonly host: string;
  readonly boot: number;
  /** The process that wrote the lock of each owner, over all processes of the volume. */
  readonly writers: Map<string, SimulatedProcess>;
}

type Effect<T> = (share: 'whole' | 'part') => T;

interface Call {
  readonly method: keyof Disk;
  readonly path: string;
  /** The file of a sync. */
  readonly synced?: SimulatedFile | undefined;
}

interface OpenFile {
  readonly file: SimulatedFile;
  readonly path: string;
}

/** Above every pid that Linux gives. */
const DEAD_PID = 2 ** 22 + 1;
const LATENCY_MS_MAX = 3;
const LOCK = '/lock.json';

export class SimulatedProcess {
  readonly disk: Disk;
  readonly host: string;
  readonly boot: number;
  isDead = false;
  calls = 0;
  /** Syncs of a file after one of its syncs has failed: their result proves nothing. */
  syncsAfterFailure = 0;
  readonly #options: ProcessOptions;
  readonly #inFlight = new Set<() => void>();
  readonly #open = new Map<number, OpenFile>();
  readonly #failedSyncs = new Set<SimulatedFile>();

  constructor(options: ProcessOptions) {
    this.#options = options;
    this.host = options.host;
    this.boot = options.boot;
    this.disk = this.#createDisk();
  }

  kill(): void {
    if (this.isDead) return;
    this.isDead = true;
    for (const happen of this.#inFlight) if (this.#options.random.chance(0.5)) happen();
  }

  #createDisk(): Disk {
    const { volume } = this.#options;
    const now = <T>(method: keyof Disk, path: string, effect: Effect<T>): T => this.#now({ method, path }, effect);
    const later = <T>(method: keyof Disk, path: string, effect: Effect<T>): Promise<T> =>
      this.#later({ method, path }, effect);
    return {
      write: (fd, bytes, at) => later('write', this.#pathOf(fd), (share) => this.#write(fd, cut(bytes, share), at)),
      writeSync: (fd, bytes, at) =>
        now('writeSync', this.#pathOf(fd), (share) => this.#write(fd, cut(bytes, share), at)),
      dataSync: (fd) => this.#later(this.#syncOf('dataSync', fd), () => this.#sync(fd)),
      dataSyncNow: (fd) => this.#now(this.#syncOf('dataSyncNow', fd), () => this.#sync(fd)),
      createSync: (path) => now('createSync', path, () => this.#opened({ file: volume.create(path), path })),
      closeSync: (fd) => now('closeSync', this.#pathOf(fd), () => void this.#open.delete(fd)),
      truncateSync: (path, length) => now('truncateSync', path, () => volume.truncate(volume.file(path), length)),
      readInto: (path, target, at) => later('readInto', path, () => volume.file(path).cache.readInto(target, at)),
      readText: (path) => later('readText', path, () => this.#readText(path)),
      replace: (path, text) => later('replace', path, (share) => this.#replace(path, text, share)),
      replaceSync: (path, text) => now('replaceSync', path, (share) => this.#replace(path, text, share)),
      append: (path, content) => later('append', path, (share) => this.#append(path, content, share)),
      makeFolderSync: (path) => now('makeFolderSync', path, () => volume.makeFolders(path)),
      syncFolderSync: (path) => now('syncFolderSync', path, () => volume.syncFolder(volume.folder(path))),
      renameSync: (from, to) => now('renameSync', from, () => volume.rename(from, to)),
      remove: (path) => later('remove', path, () => volume.remove(path)),
      removeSync: (path) => now('removeSync', path, () => volume.remove(path)),
      list: (path) => later('list', path, () => [...volume.folder(path).cache.keys()]),
      facts: (path) => later('facts', path, () => this.#facts(path)),
      existsSync: (path) => this.#exists(path),
      touch: (path, ms) =>
        later('touch', path, () => {
          volume.file(path).modifiedMs = ms;
        }),
    };
  }

  #now<T>(call: Call, effect: Effect<T>): T {
    const share = this.#enter(call, effect);
    return effect(share);
  }

  async #later<T>(call: Call, effect: Effect<T>): Promise<T> {
    const { random } = this.#options;
    const share = this.#enter(call, effect);
    const isEarly = random.chance(0.5);
    const early = isEarly ? [effect(share)] : [];
    const happen = (): void => attempt(() => effect('part'));
    if (!isEarly) this.#inFlight.add(happen);
    await new Promise((resolve) => {
      setTimeout(resolve, random.int(0, LATENCY_MS_MAX));
    });
    this.#inFlight.delete(happen);
    if (this.isDead) throw diskError('EDEAD', call.path);
    const [first] = early;
    return isEarly ? (first as T) : effect(share);
  }

  /** Counts the call. @throws the error that `faultOf` names. */
  #enter(call: Call, effect: Effect<unknown>): 'whole' | 'part' {
    if (this.isDead) throw diskError('EDEAD', call.path);
    this.calls += 1;
    if (call.synced !== undefined && this.#failedSyncs.has(call.synced)) this.syncsAfterFailure += 1;
    const { method, path } = call;
    const fault = this.#options.faultOf({ method, path, index: this.calls });
    switch (fault?.kind) {
      case undefined:
        return 'whole';
      case 'short':
        return 'part';
      case 'kill':
        if (this.#options.random.chance(0.5)) attempt(() => effect(this.#options.random.pick(['part', 'whole'])));
        this.kill();
        throw diskError('EDEAD', call.path);
      case 'error':
        this.#failed(call);
        throw diskError(fault.code, call.path);
    }
  }

  #syncOf(method: 'dataSync' | 'dataSyncNow', fd: number): Call {
    return { method, path: this.#pathOf(fd), synced: this.#open.get(fd)?.file };
  }

  /** After a failed sync the kernel may mark the pages as clean, and then never writes them. */
  #failed({ synced }: Call): void {
    if (synced === undefined) return;
    this.#failedSyncs.add(synced);
    this.#options.volume.failSync(synced);
  }

  /** The lowest free number, as in the kernel: a descriptor that is closed too early soon belongs to another file. */
  #opened(open: OpenFile): number {
    let fd = 3;
    while (this.#open.has(fd)) fd += 1;
    this.#open.set(fd, open);
    return fd;
  }

  #fileOf(fd: number): SimulatedFile {
    const open = this.#open.get(fd);
    if (open === undefined) throw diskError('EBADF', String(fd));
    return open.file;
  }

  #pathOf(fd: number): string {
    return this.#open.get(fd)?.path ?? `descriptor ${fd}`;
  }

  #write(fd: number, bytes: Uint8Array, at: number): number {
    this.#options.volume.write(this.#fileOf(fd), bytes, at);
    return bytes.length;
  }

  #sync(fd: number): void {
    this.#options.volume.sync(this.#fileOf(fd));
  }

  #replace(path: string, text: string, share: 'whole' | 'part'): void {
    const { volume } = this.#options;
    if (path.endsWith(LOCK)) this.#options.writers.set(parseOwner(text), this);
    const draft = volume.find(`${path}.tmp`) ?? volume.create(`${path}.tmp`);
    if (draft.kind === 'folder') throw diskError('EISDIR', path);
    volume.truncate(draft, 0);
    volume.write(draft, cut(Buffer.from(text), share), 0);
    if (share === 'part') throw diskError('ENOSPC', path);
    volume.rename(`${path}.tmp`, path);
  }

  #append(path: string, content: string | Uint8Array, share: 'whole' | 'part'): void {
    const { volume } = this.#options;
    if (volume.find(path) === undefined) volume.create(path);
    const file = volume.file(path);
    volume.write(file, cut(Buffer.from(content), share), file.cache.length);
    if (share === 'part') throw diskError('ENOSPC', path);
  }

  #facts(path: string): Awaited<ReturnType<Disk['facts']>> {
    const node = this.#options.volume.find(path);
    if (node === undefined) return null;
    const { changedMs } = node;
    const shared = { changedMs, isFile: node.kind === 'file', othersMayWrite: false };
    if (node.kind === 'folder') return { bytes: 0, modifiedMs: changedMs, ...shared };
    return { bytes: node.cache.length, modifiedMs: node.modifiedMs, ...shared };
  }

  /** Node returns false for any error. */
  #exists(path: string): boolean {
    try {
      return this.#now({ method: 'existsSync', path }, () => this.#options.volume.find(path) !== undefined);
    } catch {
      return false;
    }
  }

  #readText(path: string): string {
    const { cache } = this.#options.volume.file(path);
    const text = cache.read().toString();
    const writer = path.endsWith(LOCK) ? this.#options.writers.get(parseOwner(text)) : undefined;
    return writer === undefined ? text : JSON.stringify({ ...JSON.parse(text), ...this.#seen(writer) });
  }

  /** The fields of a lock in which its writer differs from this process. */
  #seen(writer: SimulatedProcess): object {
    return {
      ...(writer.isDead && { pid: DEAD_PID }),
      ...(writer.host !== this.host && { host: writer.host }),
      ...(writer.boot !== this.boot && { boot: `boot ${writer.boot}` }),
    };
  }
}

function cut(bytes: Uint8Array, share: 'whole' | 'part'): Uint8Array {
  return share === 'whole' ? bytes : bytes.subarray(0, Math.ceil(bytes.length / 3));
}

/** Empty for a lock that is not whole. */
function parseOwner(text: string): string {
  try {
    return String((JSON.parse(text) as { owner?: unknown }).owner);
  } catch {
    return '';
  }
}

/** A call that a killed process had started may fail; nobody handles that. */
function attempt(run: () => unknown): void {
  try {
    run();
  } catch {
    // Nobody is left to handle it.
  }
}
