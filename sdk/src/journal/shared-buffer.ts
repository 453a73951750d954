/**
 * Large buffers that are used again and again. Fresh memory costs a page fault every 4 KB, which captures would pay
 * (measured: every eighth call took twice as long), and what is thrown away stays until the garbage collector comes
 * (measured: 80 MB). A buffer counts who still reads it and goes back to its pool when nobody does. Not to release costs
 * a little memory; to release twice would let bytes be overwritten, so whoever holds one releases it at one place.
 */
export class SharedBuffer {
  readonly buffer: Buffer;
  readonly #pool: BufferPool;
  #holders = 0;

  constructor(buffer: Buffer, pool: BufferPool) {
    this.buffer = buffer;
    this.#pool = pool;
  }

  hold(): void {
    this.#holders += 1;
  }

  release(): void {
    this.#holders -= 1;
    if (this.#holders === 0) this.#pool.give(this);
  }
}

export class BufferPool {
  readonly #bufferBytes: number;
  readonly #freeMax: number;
  readonly #free: SharedBuffer[] = [];

  /** Keeps at most `freeMax` buffers that nobody uses. */
  constructor(bufferBytes: number, freeMax: number) {
    this.#bufferBytes = bufferBytes;
    this.#freeMax = freeMax;
  }

  /** One of at least this many bytes, with whatever content, held by the caller. */
  take(bytes: number): SharedBuffer {
    const free = bytes <= this.#bufferBytes ? this.#free.pop() : undefined;
    const shared = free ?? new SharedBuffer(Buffer.allocUnsafeSlow(Math.max(this.#bufferBytes, bytes)), this);
    shared.hold();
    return shared;
  }

  /** For the buffer itself, when its last holder is gone. */
  give(shared: SharedBuffer): void {
    const isUsual = shared.buffer.length === this.#bufferBytes;
    if (isUsual && this.#free.length < this.#freeMax) this.#free.push(shared);
  }
}
