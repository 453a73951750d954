/**
 * Remembers what a bundle was made of, so that a start in an unchanged clone does not bundle again: the settings, the size
 * and time of every input, and the hash of the output. Any difference counts as a change. The stamps are kept below
 * node_modules, so that an installation discards them.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataLoafError } from '@dataloaf/core/errors';

/** An input changed while it was bundled. */
class BundleStampError extends DataLoafError {
  override readonly name = 'BundleStampError';
}

export interface BundleWork {
  /** Root of the repository. */
  readonly root: string;
  /** The output. */
  readonly file: string;
  /** Everything besides the inputs that decides the output, as a string. */
  readonly settings: string;
}

export interface MadeBundle {
  readonly contents: Uint8Array;
  /** Paths from the root. */
  readonly inputs: readonly string[];
  /** When the bundling began, in milliseconds since 1970. */
  readonly startedMs: number;
}

interface Stamp {
  readonly settings: string;
  readonly output: string;
  /** Path, size and time of each input. */
  readonly inputs: readonly string[];
}

/** The output on the disk, or undefined when it has to be made. */
export async function readUnchanged(work: BundleWork): Promise<Uint8Array | undefined> {
  try {
    const stamp: Stamp = JSON.parse(await readFile(stampFile(work), 'utf8'));
    if (stamp.settings !== work.settings) return undefined;
    const paths = stamp.inputs.map((line) => line.slice(0, line.indexOf('|')));
    const [contents, inputs] = await Promise.all([readFile(work.file), describeAll(work.root, paths)]);
    const isSame = inputs.every((line, index) => line === stamp.inputs[index]);
    return isSame && sha256(contents) === stamp.output ? contents : undefined;
  } catch {
    // There is no stamp, it is not ours, or a file is gone.
    return undefined;
  }
}

export async function stampBundle(work: BundleWork, made: MadeBundle): Promise<void> {
  const file = stampFile(work);
  try {
    const inputs = await describeAll(work.root, made.inputs, made.startedMs);
    const stamp: Stamp = { settings: work.settings, output: sha256(made.contents), inputs };
    await mkdir(join(file, '..'), { recursive: true });
    const unfinished = `${file}.${randomUUID()}`;
    await writeFile(unfinished, JSON.stringify(stamp));
    await rename(unfinished, file);
  } catch {
    // An input changed, or node_modules is not writable: the next start bundles again.
  }
}

const stampFile = ({ root, file }: BundleWork): string =>
  join(root, 'node_modules/.cache/dataloaf', `${sha256(file).slice(0, 16)}.json`);

async function describeAll(root: string, paths: readonly string[], before = Number.POSITIVE_INFINITY) {
  return await Promise.all(paths.map((path) => describeInput(root, path, before)));
}

/** @throws BundleStampError for an input that changed after the bundling began: which version was bundled is unknown. */
async function describeInput(root: string, path: string, before: number): Promise<string> {
  const { size, mtimeMs } = await stat(join(root, path));
  if (mtimeMs >= before) {
    throw new BundleStampError(
      'input_changed',
      `Expected ${path} to stay unchanged while it was bundled, but it changed.`,
    );
  }
  return `${path}|${size}|${mtimeMs}`;
}

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
