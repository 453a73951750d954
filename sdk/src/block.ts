/**
 * Memory for frames, used again and again: fresh memory costs a page fault every 4 KB, which captures would pay (measured:
 * every eighth call took twice as long). A block counts who still reads it, and goes back to its pool when nobody does.
 * Not releasing costs a little memory until the garbage collector comes; releasing twice would let frames be overwritten,
 * so whoever holds a block releases it at one place.
 */
export class Block {
  readonly buffer: Buffer;
  /** Sequence of its first frame. */
  firstSeq = 0;
  /** Where the next frame goes. */
  end = 0;
  readonly #pool: BlockPool;
  #holders = 1;

  constructor(buffer: Buffer, pool: BlockPool) {
    this.buffer = buffer;
    this.#pool = pool;
  }

  /** For a block that comes out of its pool again. */
  begin(firstSeq: number): void {
    this.firstSeq = firstSeq;
    this.end = 0;
    this.#holders = 1;
  }

  hold(): void {
    this.#holders += 1;
  }

  release(): void {
    this.#holders -= 1;
    if (this.#holders === 0) this.#pool.give(this);
  }
}

export class BlockPool {
  readonly #blockBytes: number;
  readonly #blocksMax: number;
  readonly #free: Block[] = [];

  constructor(blockBytes: number, blocksMax: number) {
    this.#blockBytes = blockBytes;
    this.#blocksMax = blocksMax;
  }

  /** A block with room for this many bytes, held by the caller. */
  take(firstSeq: number, bytes: number): Block {
    const free = bytes <= this.#blockBytes ? this.#free.pop() : undefined;
    const block = free ?? new Block(Buffer.allocUnsafeSlow(Math.max(this.#blockBytes, bytes)), this);
    block.begin(firstSeq);
    return block;
  }

  give(block: Block): void {
    const isUsual = block.buffer.length === this.#blockBytes;
    if (isUsual && this.#free.length < this.#blocksMax) this.#free.push(block);
  }
}
