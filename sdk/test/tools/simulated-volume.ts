/**
 * A file system in memory that simulates power cuts. Each file and folder has two contents: the cache, which all
 * processes see, and the platter, which survives a power cut. Syncing a file copies its bytes to the platter; syncing a
 * folder copies its entries. In a power cut each unsynced change is kept, dropped or cut, independently and in random
 * order: the tests rely on no ordering that a real file system may add.
 */
import { diskError } from './disk-fault.ts';
import { FileContent } from './file-content.ts';
import type { SeededRandom } from './seeded-random.ts';

export interface SimulatedFile {
  readonly kind: 'file';
  readonly cache: FileContent;
  platter: FileContent;
  /** Since the last sync, in order. */
  unsynced: FileChange[];
  modifiedMs: number;
  changedMs: number;
}

interface SimulatedFolder {
  readonly kind: 'folder';
  cache: Map<string, SimulatedNode>;
  platter: Map<string, SimulatedNode>;
  changedMs: number;
}

export type SimulatedNode = SimulatedFile | SimulatedFolder;

type FileChange =
  | { readonly kind: 'write'; readonly bytes: Buffer; readonly at: number }
  | { readonly kind: 'truncate'; readonly length: number }
  /** Changes only the length. Added bytes read as zeros. */
  | { readonly kind: 'grow'; readonly length: number };

interface Entry {
  readonly folder: SimulatedFolder;
  readonly name: string;
  readonly node: SimulatedNode | null;
}

interface EntryChange {
  readonly entries: readonly Entry[];
  /** The entry that a rename or removal deletes. If it is not on the platter, the change cannot be either. */
  readonly takes: Entry | undefined;
}

export class SimulatedVolume {
  readonly #random: SeededRandom;
  readonly #now: () => number;
  #root: SimulatedFolder;
  /** Unsynced entries, in order. */
  #unsynced: EntryChange[] = [];

  constructor(random: SeededRandom, now: () => number) {
    this.#random = random;
    this.#now = now;
    this.#root = this.#newFolder();
  }

  find(path: string): SimulatedNode | undefined {
    let node: SimulatedNode = this.#root;
    for (const name of path.split('/').filter((part) => part !== '')) {
      if (node.kind === 'file') throw diskError('ENOTDIR', path);
      const child = node.cache.get(name);
      if (child === undefined) return undefined;
      node = child;
    }
    return node;
  }

  file(path: string): SimulatedFile {
    const node = this.find(path);
    if (node === undefined) throw diskError('ENOENT', path);
    if (node.kind === 'folder') throw diskError('EISDIR', path);
    return node;
  }

  folder(path: string): SimulatedFolder {
    const node = this.find(path);
    if (node === undefined) throw diskError('ENOENT', path);
    if (node.kind === 'file') throw diskError('ENOTDIR', path);
    return node;
  }

  /** Creates an empty file. */
  create(path: string): SimulatedFile {
    const { folder, name } = this.#place(path);
    if (folder.cache.has(name)) throw diskError('EEXIST', path);
    const nowMs = this.#now();
    const file: SimulatedFile = {
      kind: 'file',
      cache: new FileContent(),
      platter: new FileContent(),
      unsynced: [],
      modifiedMs: nowMs,
      changedMs: nowMs,
    };
    this.#enter([{ folder, name, node: file }]);
    return file;
  }

  makeFolders(path: string): void {
    let folder = this.#root;
    for (const name of path.split('/').filter((part) => part !== '')) {
      let child = folder.cache.get(name);
      if (child === undefined) {
        child = this.#newFolder();
        this.#enter([{ folder, name, node: child }]);
      }
      if (child.kind === 'file') throw diskError('ENOTDIR', path);
      folder = child;
    }
  }

  rename(from: string, to: string): void {
    const node = this.find(from);
    if (node === undefined) throw diskError('ENOENT', from);
    const source = this.#place(from);
    const target = this.#place(to);
    const there = target.folder.cache.get(target.name);
    if (there?.kind === 'folder' && there.cache.size > 0) throw diskError('ENOTEMPTY', to);
    node.changedMs = this.#now();
    this.#enter(
      [
        { ...source, node: null },
        { ...target, node },
      ],
      { ...source, node },
    );
  }

  /** Removes everything below it too. A missing entry is not an error. */
  remove(path: string): void {
    const node = this.find(path);
    if (node === undefined) return;
    if (node.kind === 'folder') for (const name of [...node.cache.keys()]) this.remove(`${path}/${name}`);
    const place = this.#place(path);
    this.#enter([{ ...place, node: null }], { ...place, node });
  }

  write(file: SimulatedFile, bytes: Uint8Array, at: number): void {
    // The caller may reuse its buffer.
    const copy = Buffer.from(bytes);
    file.cache.write(copy, at);
    this.#changed(file, { kind: 'write', bytes: copy, at });
  }

  truncate(file: SimulatedFile, length: number): void {
    file.cache.truncate(length);
    this.#changed(file, { kind: 'truncate', length });
  }

  sync(file: SimulatedFile): void {
    for (const change of file.unsynced) apply(file.platter, change);
    file.unsynced = [];
  }

  /** A failed sync: from here on the cache counts as clean, and its content never reaches the platter. */
  failSync(file: SimulatedFile): void {
    file.unsynced = [];
  }

  syncFolder(folder: SimulatedFolder): void {
    const isOf = ({ entries }: EntryChange): boolean => entries.some((entry) => entry.folder === folder);
    for (const change of this.#unsynced.filter(isOf)) enterAll(change, 'platter');
    this.#unsynced = this.#unsynced.filter((change) => !isOf(change));
  }

  /** Keeps, drops or cuts each unsynced change. Open files are invalid afterwards. */
  cutPower(): void {
    const keeps = this.#chooser();
    for (const change of this.#unsynced) if (keeps() && isPossible(change)) enterAll(change, 'platter');
    this.#unsynced = [];
    this.#restore(this.#root);
  }

  #restore(folder: SimulatedFolder): void {
    folder.cache = new Map(folder.platter);
    for (const node of folder.cache.values()) {
      if (node.kind === 'folder') this.#restore(node);
      else this.#restoreFile(node);
    }
  }

  #restoreFile(file: SimulatedFile): void {
    const keeps = this.#chooser();
    for (const change of file.unsynced) {
      if (keeps()) apply(file.platter, this.#random.chance(0.5) ? change : this.#cut(change));
    }
    file.unsynced = [];
    file.cache.become(file.platter);
  }

  /** One fate for all changes of a file or folder: keep all, none, the first few, or decide each separately. */
  #chooser(): () => boolean {
    const temper = this.#random.pick(['all', 'none', 'first', 'each']);
    let left = this.#random.int(0, 8);
    return () => {
      if (temper === 'first') return left-- > 0;
      return temper === 'each' ? this.#random.chance(0.5) : temper === 'all';
    };
  }

  /**
   * A part of a write: its beginning, its end, or only the length. Overwritten bytes are the old or the new ones.
   */
  #cut(change: FileChange): FileChange {
    if (change.kind !== 'write') return change;
    const { bytes, at } = change;
    const middle = this.#random.int(0, bytes.length);
    return this.#random.pick<FileChange>([
      { kind: 'write', at, bytes: bytes.subarray(0, middle) },
      { kind: 'write', at: at + middle, bytes: bytes.subarray(middle) },
      { kind: 'grow', length: at + middle },
    ]);
  }

  #newFolder(): SimulatedFolder {
    return { kind: 'folder', cache: new Map(), platter: new Map(), changedMs: this.#now() };
  }

  #place(path: string): { folder: SimulatedFolder; name: string } {
    const cut = path.lastIndexOf('/');
    return { folder: this.folder(path.slice(0, cut)), name: path.slice(cut + 1) };
  }

  #changed(file: SimulatedFile, change: FileChange): void {
    file.unsynced.push(change);
    file.modifiedMs = this.#now();
    file.changedMs = file.modifiedMs;
  }

  #enter(entries: readonly Entry[], takes?: Entry): void {
    for (const { folder } of entries) folder.changedMs = this.#now();
    const change = { entries, takes };
    enterAll(change, 'cache');
    this.#unsynced.push(change);
  }
}

function apply(content: FileContent, change: FileChange): void {
  if (change.kind === 'write') content.write(change.bytes, change.at);
  else if (change.kind === 'truncate' || change.length > content.length) content.truncate(change.length);
}

function isPossible({ takes }: EntryChange): boolean {
  return takes === undefined || takes.folder.platter.get(takes.name) === takes.node;
}

function enterAll({ entries }: EntryChange, where: 'cache' | 'platter'): void {
  for (const { folder, name, node } of entries) {
    if (node === null) folder[where].delete(name);
    else folder[where].set(name, node);
  }
}
