/**
 * Pooled large buffers. Fresh memory costs a page fault every 4 KB, which captures would pay (measured: every eighth
 * call took twice as long), and garbage stays until the collector runs (measured: 80 MB). A buffer counts its holders
 * and returns to the pool when the last one releases it. A missing release costs a little memory. A double release
 * would let bytes be overwritten, so each holder releases at one place in its code.
 */
import { Buffer } from 'node:buffer';

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

  /** Keeps at most `freeMax` free buffers. */
  constructor(bufferBytes: number, freeMax: number) {
    this.#bufferBytes = bufferBytes;
    this.#freeMax = freeMax;
  }

  /** A buffer of at least this length, with arbitrary content, held by the caller. */
  take(bytes: number): SharedBuffer {
    const free = bytes <= this.#bufferBytes ? this.#free.pop() : undefined;
    const shared = free ?? new SharedBuffer(Buffer.allocUnsafeSlow(Math.max(this.#bufferBytes, bytes)), this);
    shared.hold();
    return shared;
  }

  /** Called by a buffer when its last holder has released it. */
  give(shared: SharedBuffer): void {
    const isUsual = shared.buffer.length === this.#bufferBytes;
    if (isUsual && this.#free.length < this.#freeMax) this.#free.push(shared);
  }
}
