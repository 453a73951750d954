/**
 * Decodes `aws-chunked`, the framing that SDKs put around streamed bodies:
 * `<hex size>[;chunk-signature=...]\r\n<bytes>\r\n`, a chunk of size 0, then trailer lines `name:value\r\n` and an empty line.
 * Signatures are skipped. It buffers at most one incoming piece and one line.
 */
import { ServiceError } from '../service.ts';

/** A size line carries at most a signature, a trailer line at most a checksum or a signature. */
const LINE_BYTES_MAX = 4096;
const TRAILERS_MAX = 16;
const CRLF = '\r\n';

/** Yields the bytes of the chunks, and puts the trailer lines into `trailers` at the end, with lower-case names. */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  const reader = new PieceReader(source);
  for (let size = await readSize(reader); size > 0; size = await readSize(reader)) {
    for (let left = size; left > 0; ) {
      const piece = await reader.take(left);
      left -= piece.length;
      yield piece;
    }
    if ((await reader.line()) !== '') throw malformed('a line break after a chunk');
  }
  for (let line = await reader.line(); line !== ''; line = await reader.line()) {
    const colon = line.indexOf(':');
    if (colon < 1 || trailers.size === TRAILERS_MAX) throw malformed('a trailer `name:value`');
    trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}

async function readSize(reader: PieceReader): Promise<number> {
  const text = (await reader.line()).split(';', 1)[0] ?? '';
  if (!/^[0-9a-f]{1,12}$/i.test(text)) throw malformed('the size of a chunk');
  return Number.parseInt(text, 16);
}

class PieceReader {
  readonly #source: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Between 1 and `most` bytes. */
  async take(most: number): Promise<Buffer> {
    if (this.#rest.length === 0) this.#rest = await this.#next();
    const piece = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(piece.length);
    return piece;
  }

  /** Up to the next line break, without it. The last line may end with the body: some clients omit its line break. */
  async line(): Promise<string> {
    let end = this.#rest.indexOf(CRLF);
    while (end === -1) {
      if (this.#rest.length > LINE_BYTES_MAX) throw malformed('a shorter line');
      const { done, value } = await this.#source.next();
      if (done === true) {
        if (this.#rest.length === 0) return '';
        throw incomplete();
      }
      this.#rest = Buffer.concat([this.#rest, value]);
      end = this.#rest.indexOf(CRLF);
    }
    const line = this.#rest.toString('latin1', 0, end);
    this.#rest = this.#rest.subarray(end + CRLF.length);
    return line;
  }

  async #next(): Promise<Buffer> {
    for (;;) {
      const { done, value } = await this.#source.next();
      if (done === true) throw incomplete();
      if (value.length > 0) return value;
    }
  }
}

const malformed = (expected: string): ServiceError =>
  new ServiceError(400, 'InvalidRequest', `The aws-chunked body is malformed: expected ${expected}.`);
const incomplete = (): ServiceError => new ServiceError(400, 'IncompleteBody', 'The aws-chunked body ended too early.');
