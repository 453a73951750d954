/**
 * Keeps items that cannot be sent. `dead-letter/` holds items that the API rejected, one JSON line each with the
 * reason. `quarantine/` holds the bytes of damaged records. Both are beside the journals and outlive them. A copy that
 * cannot be written is reported and stops nothing: the item itself has been reported already.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Disk } from '../disk.ts';
import { DEAD_LETTER_BYTES_MAX } from '../limits.ts';
import { type JournalItem, textOf } from './record.ts';
import type { Damage } from './segment-reader.ts';

export interface SetAsideOptions {
  readonly root: string;
  readonly fingerprint: string;
  /** Part of the name of the dead-letter file, so that no two processes write the same one. */
  readonly client: string;
}

export interface DeadLetter {
  readonly item: JournalItem;
  readonly code: string;
  readonly message: string;
}

export class SetAside {
  readonly #options: SetAsideOptions;
  readonly #disk: Disk;
  #deadLetterBytes = 0;

  constructor(options: SetAsideOptions, disk: Disk) {
    this.#options = options;
    this.#disk = disk;
  }

  /** @throws the error of the disk. */
  async addDeadLetters(letters: readonly DeadLetter[]): Promise<void> {
    const at = JSON.stringify(new Date().toISOString());
    const text = letters
      .map(({ item, code, message }) => {
        const reason = `"code":${JSON.stringify(code)},"message":${JSON.stringify(message)}`;
        return `{"at":${at},"kind":"${item.kind}",${reason},"item":${textOf(item)}}\n`;
      })
      .join('');
    if (this.#deadLetterBytes + text.length > DEAD_LETTER_BYTES_MAX) return;
    this.#deadLetterBytes += text.length;
    const { root, fingerprint, client } = this.#options;
    const folder = join(root, 'dead-letter');
    this.#disk.makeFolderSync(folder);
    await this.#disk.append(join(folder, `${fingerprint}.${client}.ndjson`), text);
  }

  /** Returns false for damage that is kept already: files are named by their content. @throws the error of the disk. */
  async addDamage(damage: Damage): Promise<boolean> {
    const { root, fingerprint } = this.#options;
    const disk = this.#disk;
    const folder = join(root, 'quarantine');
    disk.makeFolderSync(folder);
    if (damage.bytes === undefined) {
      disk.renameSync(damage.segment.path, join(folder, `${fingerprint}.${Date.now()}.log`));
      return true;
    }
    const name = createHash('sha256').update(damage.bytes).digest('hex').slice(0, 32);
    const path = join(folder, `${fingerprint}.${name}.bin`);
    if ((await disk.facts(path)) !== null) return false;
    await disk.append(path, damage.bytes);
    return true;
  }
}
