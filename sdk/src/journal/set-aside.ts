/** Keeps the bytes of damaged records in `quarantine/`, beside the journals, which it outlives. */

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Disk } from '../disk.ts';
import { runtime } from '../runtime.ts';
import type { Damage } from './segment-reader.ts';

export interface SetAsideOptions {
  readonly root: string;
  readonly fingerprint: string;
}

export class SetAside {
  readonly #options: SetAsideOptions;
  readonly #disk: Disk;

  constructor(options: SetAsideOptions, disk: Disk) {
    this.#options = options;
    this.#disk = disk;
  }

  /** Returns false for damage that is kept already: files are named by their content. @throws the error of the disk. */
  async addDamage(damage: Damage): Promise<boolean> {
    const { root, fingerprint } = this.#options;
    const disk = this.#disk;
    const folder = join(root, 'quarantine');
    disk.makeFolderSync(folder);
    if (damage.bytes === undefined) {
      disk.renameSync(damage.segment.path, join(folder, `${fingerprint}.${runtime.now()}.log`));
      return true;
    }
    const name = createHash('sha256').update(damage.bytes).digest('hex').slice(0, 32);
    const path = join(folder, `${fingerprint}.${name}.bin`);
    if ((await disk.facts(path)) !== null) return false;
    await disk.append(path, damage.bytes);
    return true;
  }
}
