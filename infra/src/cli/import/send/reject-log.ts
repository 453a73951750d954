/** Counts the rejected lines, keeps the first ones to show, and writes all of them to a file (mode 0600). */
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { REMEMBERED_REJECTS_MAX, SHOWN_REJECTS_MAX } from '../limits.ts';
import type { Reject } from '../read/outcome.ts';

const BUFFER_LENGTH = 64 * 1024;

export class RejectLog {
  readonly path: string;
  readonly #shown: Reject[] = [];
  readonly #lines = new Set<number>();
  #file: number | undefined;
  #buffer = '';
  #count = 0;

  /** Removes the file that an earlier run of the same import left. */
  constructor(path: string) {
    this.path = path;
    rmSync(path, { force: true });
  }

  get count(): number {
    return this.#count;
  }

  get shown(): readonly Reject[] {
    return this.#shown;
  }

  /** Keeps one reject a line. @returns whether this one was kept */
  add(reject: Reject): boolean {
    if (reject.line !== null) {
      if (this.#lines.has(reject.line)) return false;
      if (this.#lines.size < REMEMBERED_REJECTS_MAX) this.#lines.add(reject.line);
    }
    this.#count += 1;
    if (this.#shown.length < SHOWN_REJECTS_MAX) this.#shown.push(reject);
    this.#buffer += `${JSON.stringify(reject)}\n`;
    if (this.#buffer.length > BUFFER_LENGTH) this.#write();
    return true;
  }

  close(): void {
    this.#write();
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #write(): void {
    if (this.#buffer === '') return;
    if (this.#file === undefined) {
      mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
      this.#file = openSync(this.path, 'w', 0o600);
    }
    writeFileSync(this.#file, this.#buffer); // Continues after the last write, and unlike `writeSync` never writes only a part.
    this.#buffer = '';
  }
}
