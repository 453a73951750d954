/** Bytes of a simulated file: they grow, and what was never written reads as zeros. */

const EMPTY = Buffer.alloc(0);

export class FileContent {
  #room: Buffer = EMPTY;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  read(): Buffer {
    return Buffer.from(this.#room.subarray(0, this.#length));
  }

  readInto(target: Buffer, at: number): number {
    return this.#room.copy(target, 0, Math.min(at, this.#length), Math.min(at + target.length, this.#length));
  }

  write(bytes: Uint8Array, at: number): void {
    if (bytes.length === 0) return;
    const end = at + bytes.length;
    if (end > this.#room.length) {
      const room = Buffer.alloc(Math.max(end, this.#room.length * 2, 256));
      this.#room.copy(room, 0, 0, this.#length);
      this.#room = room;
    }
    this.#room.set(bytes, at);
    this.#length = Math.max(this.#length, end);
  }

  truncate(length: number): void {
    if (length < this.#length) this.#room.fill(0, length, this.#length);
    else if (length > this.#length) this.write(Buffer.alloc(length - this.#length), this.#length);
    this.#length = length;
  }

  /** A copy of another file's bytes. */
  become(other: FileContent): void {
    this.#room = Buffer.from(other.#room);
    this.#length = other.#length;
  }
}
