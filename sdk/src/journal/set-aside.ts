/**
 * Where items go that cannot be sent: `dead-letter/` keeps what the API refused, one JSON line each with its reason;
 * `quarantine/` keeps the bytes of damaged records. Both lie beside the journals and outlive them. Failing to keep a copy
 * is reported and stops nothing: the item has been reported already.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Disk } from '../disk.ts';
import { DEAD_LETTER_BYTES_MAX } from '../limits.ts';
import { type JournalItem, textOf } from './record.ts';
import type { Damage } from './segment-reader.ts';

export interface SetAsideOptions {
  readonly disk: Disk;
  readonly root: string;
  readonly fingerprint: string;
  /** Names this client's dead-letter file: no two processes write one. */
  readonly client: string;
}

export interface DeadLetter {
  readonly item: JournalItem;
  readonly code: string;
  readonly message: string;
}

export class SetAside {
  readonly #options: SetAsideOptions;
  #deadLetterBytes = 0;

  constructor(options: SetAsideOptions) {
    this.#options = options;
  }

  /** @throws what the disk throws. */
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
    const { disk, root, fingerprint, client } = this.#options;
    const folder = join(root, 'dead-letter');
    disk.makeFolderSync(folder);
    await disk.append(join(folder, `${fingerprint}.${client}.ndjson`), text);
  }

  /** Named by content, so that damage that is met twice is kept once. True when it is new. @throws what the disk throws. */
  async addDamage(damage: Damage): Promise<boolean> {
    const { disk, root, fingerprint } = this.#options;
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
