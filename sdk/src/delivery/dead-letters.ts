/**
 * The folder `dead-letter/`: items that the API rejected, in one file for each client, so that no two processes write
 * the same one. `resend` takes the files of this endpoint and key by renaming them, of living clients too, which then
 * begin new ones. A file is removed when each of its items is on disk in the journal, or again in a file of this client.
 * A crash before that repeats some of them, under the same ids. A copy that cannot be written is reported and stops
 * nothing: the item itself has been reported already.
 */

import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { RealDate } from '@dataloaf/core/values/real-date';
import type { Disk } from '../disk.ts';
import { codeOf } from '../error-code.ts';
import type { PersistedAnswer } from '../journal/persisted-answer.ts';
import type { JournalItem } from '../journal/record.ts';
import { DEAD_LETTER_BYTES_MAX, READ_WINDOW_BYTES } from '../limits.ts';
import { runtime } from '../runtime.ts';
import type { ResendResult } from '../types.ts';
import { type DeadLetter, formatDeadLetter, parseDeadLetter } from './dead-letter.ts';

export interface DeadLettersOptions {
  /** The folder of all journals. */
  readonly root: string;
  readonly fingerprint: string;
  /** Part of the name of the file. */
  readonly client: string;
}

export interface ResendPorts {
  /** Which items to send again. */
  readonly isWanted: (letter: DeadLetter) => boolean;
  /** Resolves when an item fits into the journal. */
  readonly whenWritable: () => Promise<void>;
  readonly append: (item: JournalItem) => PersistedAnswer;
  /** Nothing is appended any more. */
  readonly isClosed: () => boolean;
}

const LINE_FEED = 0x0a;

export class DeadLetters {
  readonly #options: DeadLettersOptions;
  readonly #disk: Disk;
  #bytes = 0;
  #isCut = false;

  constructor(options: DeadLettersOptions, disk: Disk) {
    this.#options = options;
    this.#disk = disk;
  }

  /** @throws the error of the disk. */
  async add(letters: readonly DeadLetter[]): Promise<void> {
    const at = new RealDate(runtime.now());
    const text = letters.map((letter) => formatDeadLetter(letter, at)).join('');
    if (this.#bytes + text.length > DEAD_LETTER_BYTES_MAX) return;
    this.#bytes += text.length;
    await this.#append(text);
  }

  /** Puts the items back into the journal. @throws the error of the disk; what is not sent then stays in the folder. */
  async resend(ports: ResendPorts): Promise<ResendResult> {
    let resent = 0;
    let kept = 0;
    for (const path of await this.#takeFiles()) {
      const done = await this.#resendFile(path, ports);
      resent += done.resent;
      kept += done.kept;
    }
    return { resent, kept };
  }

  get #folder(): string {
    return join(this.#options.root, 'dead-letter');
  }

  async #append(text: string): Promise<void> {
    const { fingerprint, client } = this.#options;
    this.#disk.makeFolderSync(this.#folder);
    // A failed write may have left a part of a line, which must not spoil the next one.
    const whole = this.#isCut ? `\n${text}` : text;
    this.#isCut = false;
    try {
      await this.#disk.append(join(this.#folder, `${fingerprint}.${client}.ndjson`), whole);
    } catch (error) {
      this.#isCut = true;
      throw error;
    }
  }

  /** Also files that a process took which has ended since. */
  async #takeFiles(): Promise<readonly string[]> {
    const names = await this.#list();
    const taken: string[] = [];
    for (const name of names) {
      const path = join(this.#folder, name);
      if (!name.startsWith(`${this.#options.fingerprint}.`)) continue;
      if (name.endsWith('.resend')) taken.push(path);
      else if (name.endsWith('.ndjson')) taken.push(...this.#take(path));
    }
    return taken;
  }

  #take(path: string): readonly string[] {
    const taken = `${path}.${randomUUID()}.resend`;
    try {
      this.#disk.renameSync(path, taken);
      return [taken];
    } catch (error) {
      // Another process was faster.
      if (codeOf(error) === 'ENOENT') return [];
      throw error;
    }
  }

  async #list(): Promise<readonly string[]> {
    try {
      return await this.#disk.list(this.#folder);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return [];
      throw error;
    }
  }

  async #resendFile(path: string, ports: ResendPorts): Promise<ResendResult> {
    let resent = 0;
    let kept = 0;
    try {
      for await (const lines of this.#readLines(path)) {
        const left = await this.#resendLines(lines, ports);
        // The rest stays in this file, for the next call.
        if (left === undefined) return { resent, kept };
        resent += lines.length - left.length;
        kept += left.length;
        if (left.length > 0) await this.#append(`${left.join('\n')}\n`);
      }
    } catch (error) {
      // Another process has resent the file of a third one.
      if (codeOf(error) !== 'ENOENT') throw error;
    }
    await this.#disk.remove(path);
    return { resent, kept };
  }

  /** The lines that are to be kept. Undefined when the client closes meanwhile. */
  async #resendLines(lines: readonly string[], ports: ResendPorts): Promise<readonly string[] | undefined> {
    const answers = new Map<string, PersistedAnswer>();
    for (const line of lines) {
      const letter = parseDeadLetter(line);
      if (letter === undefined || !ports.isWanted(letter)) continue;
      await ports.whenWritable();
      if (ports.isClosed()) return undefined;
      answers.set(line, ports.append(letter.item));
    }
    const left: string[] = [];
    for (const line of lines) if ((await answers.get(line)?.done()) !== 'disk') left.push(line);
    return left;
  }

  /** Whole lines, a window of the file at a time; also those that are appended meanwhile. */
  async *#readLines(path: string): AsyncGenerator<readonly string[]> {
    const window = Buffer.allocUnsafe(READ_WINDOW_BYTES);
    let rest = Buffer.alloc(0);
    for (let at = 0; ; ) {
      const bytes = await this.#disk.readInto(path, window, at);
      if (bytes === 0) break;
      at += bytes;
      const text = Buffer.concat([rest, window.subarray(0, bytes)]);
      const end = text.lastIndexOf(LINE_FEED) + 1;
      rest = text.subarray(end);
      if (end > 0) yield linesOf(text.subarray(0, end));
    }
    if (rest.length > 0) yield linesOf(rest);
  }
}

function linesOf(text: Buffer): readonly string[] {
  return text
    .toString()
    .split('\n')
    .filter((line) => line.trim() !== '');
}
