/**
 * Collects the bodies of requests in memory, within one bound on all of them together. A body counts from its first byte
 * until `release`, so copies that are made of it while it is worked on are bounded too. A body that does not fit is
 * refused at once, and a sender that is too slow is cut off: neither can hold memory that others need.
 */
import type { IncomingMessage } from 'node:http';
import { StackError } from './stack-error.ts';

export interface BodyLimits {
  /** All bodies that are held at once. */
  readonly heldBytesMax: number;
  /** Of these, the bodies of senders that have shown no key. @default heldBytesMax */
  readonly strangerBytesMax?: number;
  /** Longest silence of a sender. */
  readonly silenceMs: number;
  /** Longest time for one body. */
  readonly bodyMs: number;
}

export interface ReadOptions {
  /** Of this body. */
  readonly maxBytes: number;
  /** @default 'known' */
  readonly sender?: 'known' | 'stranger';
  /** Asks a sender that waits for it (`Expect: 100-continue`) to go on. */
  readonly proceed?: () => void;
}

export type BodyResult =
  | { readonly kind: 'body'; readonly bytes: Buffer; release(): void }
  | { readonly kind: 'too_large' }
  /** The bound on all bodies is reached. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'too_slow' };

/** What a chunk costs beside its bytes, so that a body of single bytes does not cost more than it counts. */
const CHUNK_BYTES = 256;

export class BodyReader {
  readonly #limits: BodyLimits;
  #held = 0;
  #heldOfStrangers = 0;

  constructor(limits: BodyLimits) {
    this.#limits = limits;
  }

  /** Of all bodies. */
  get heldBytes(): number {
    return this.#held;
  }

  /** Rejects when the sender goes away. The rest of a body that is not collected is discarded. */
  async read(request: IncomingMessage, options: ReadOptions): Promise<BodyResult> {
    const announced = Number(request.headers['content-length'] ?? 0);
    if (announced > options.maxBytes) return { kind: 'too_large' };
    const account = this.#open(options.sender ?? 'known');
    if (!account.fits(announced)) return { kind: 'busy' };
    options.proceed?.();
    try {
      const result = await this.#collect(request, options.maxBytes, account);
      if (result.kind !== 'body') account.close();
      return result;
    } catch (error) {
      account.close();
      throw error;
    }
  }

  #collect(request: IncomingMessage, maxBytes: number, account: Account): Promise<BodyResult> {
    const { silenceMs, bodyMs } = this.#limits;
    const chunks: Buffer[] = [];
    let size = 0;
    return new Promise<BodyResult>((resolve, reject) => {
      const silence = setTimeout(() => settle({ kind: 'too_slow' }), silenceMs);
      const whole = setTimeout(() => settle({ kind: 'too_slow' }), bodyMs);
      const onData = (chunk: Buffer): void => {
        silence.refresh();
        size += chunk.length;
        if (size > maxBytes) settle({ kind: 'too_large' });
        else if (!account.add(chunk.length + CHUNK_BYTES)) settle({ kind: 'busy' });
        else chunks.push(chunk);
      };
      const onEnd = (): void => settle({ kind: 'body', bytes: Buffer.concat(chunks), release: account.close });
      const onError = (error: Error): void => {
        clearAll();
        reject(error);
      };
      const onClose = (): void =>
        onError(new StackError('sender_gone', 'Expected a whole body, the sender went away.'));
      const clearAll = (): void => {
        clearTimeout(silence);
        clearTimeout(whole);
        request.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose);
        // Without a listener the error of a sender that goes away later would end the process.
        request.on('error', () => undefined).resume();
      };
      const settle = (result: BodyResult): void => {
        clearAll();
        resolve(result);
      };
      request.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
    });
  }

  #open(sender: 'known' | 'stranger'): Account {
    const { heldBytesMax, strangerBytesMax = heldBytesMax } = this.#limits;
    let bytes = 0;
    const take = (more: number): void => {
      bytes += more;
      this.#held += more;
      if (sender === 'stranger') this.#heldOfStrangers += more;
    };
    const fits = (more: number): boolean =>
      this.#held + more <= heldBytesMax && (sender === 'known' || this.#heldOfStrangers + more <= strangerBytesMax);
    return {
      fits,
      add: (more) => {
        if (!fits(more)) return false;
        take(more);
        return true;
      },
      close: () => take(-bytes),
    };
  }
}

/** The bytes of one body. */
interface Account {
  /** Whether so many bytes more would fit now. */
  fits(bytes: number): boolean;
  /** Counts bytes, unless they do not fit. */
  add(bytes: number): boolean;
  /** Gives all of them back. A second call does nothing. */
  close(): void;
}

/** How long the rest of a refused body is discarded, so that its sender can read the response before the connection ends. */
const DISCARD_MS = 5_000;

/** After a response: the rest of the request's body is discarded, and its connection ends when that takes too long. */
export function discardRest(request: IncomingMessage, discardMs: number = DISCARD_MS): void {
  if (request.complete || request.destroyed) return;
  const timer = setTimeout(() => request.socket.destroy(), discardMs);
  request.once('close', () => clearTimeout(timer));
  request.once('end', () => clearTimeout(timer));
  request.resume();
}
