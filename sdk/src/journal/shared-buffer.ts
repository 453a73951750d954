/**
 * Pooled large buffers. Fresh memory costs a page fault every 4 KB, which captures would pay (measured: every eighth
 * call took twice as long), and garbage stays until the collector runs (measured: 80 MB). A buffer counts its holders
 * and returns to the pool when the last one releases it. A missing release costs a little memory. A double release
 * would let bytes be overwritten, so each holder releases at one place in its code. What nobody has needed for half a
 * second leaves the pool, so that an idle client holds no large buffer.
 */
import { Buffer } from 'node:buffer';
import { POOL_TICK_MS } from '../limits.ts';
import { runtime } from '../runtime.ts';

/** Up to this share of the usual length, a buffer gets the length that is needed. */
const SHORT_SHARE = 1 / 16;

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
  readonly #onTick: () => boolean;
  readonly #free: SharedBuffer[] = [];
  /** The fewest free buffers since the last tick: nobody needed these. */
  #unused = 0;
  #timer: NodeJS.Timeout | undefined;

  /**
   * Keeps at most `freeMax` free buffers, and each only while it is in use from time to time. `onTick` runs every half
   * second while the pool has free buffers, or it returns true: the holder of a buffer may release it then.
   */
  constructor(bufferBytes: number, freeMax: number, onTick: () => boolean = () => false) {
    this.#bufferBytes = bufferBytes;
    this.#freeMax = freeMax;
    this.#onTick = onTick;
  }

  /**
   * A buffer of at least this length, with arbitrary content, held by the caller. A short one has just this length and is
   * not pooled: a client that is hardly used does not need a large one.
   */
  take(bytes: number): SharedBuffer {
    const free = bytes <= this.#bufferBytes ? this.#free.pop() : undefined;
    if (this.#free.length < this.#unused) this.#unused = this.#free.length;
    const shared = free ?? new SharedBuffer(Buffer.allocUnsafeSlow(this.#lengthFor(bytes)), this);
    shared.hold();
    if (shared.buffer.length >= this.#bufferBytes) this.#watch();
    return shared;
  }

  /** Called by a buffer when its last holder has released it. */
  give(shared: SharedBuffer): void {
    if (!this.#isUsual(shared) || this.#free.length >= this.#freeMax) return;
    this.#free.push(shared);
    this.#watch();
  }

  #isUsual(shared: SharedBuffer): boolean {
    return shared.buffer.length === this.#bufferBytes;
  }

  #lengthFor(bytes: number): number {
    return bytes <= this.#bufferBytes * SHORT_SHARE ? bytes : Math.max(this.#bufferBytes, bytes);
  }

  #watch(): void {
    this.#timer ??= runtime.setTimeout(() => this.#tick(), POOL_TICK_MS).unref();
  }

  #tick(): void {
    this.#timer = undefined;
    const isHeld = this.#onTick();
    this.#free.splice(0, this.#unused);
    this.#unused = this.#free.length;
    if (isHeld || this.#unused > 0) this.#watch();
  }
}
