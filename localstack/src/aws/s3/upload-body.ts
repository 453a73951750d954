/**
 * The body of a PutObject. Decodes `aws-chunked`, and at the end compares the body with every length and checksum that the
 * client sent in headers or in the trailer.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ServiceError } from '../service.ts';
import { decodeAwsChunked } from './aws-chunked.ts';
import { CHECKSUMS, type Checksum, checksumHeader, checksumOfHeader, createDigest, type Digest } from './checksums.ts';

export interface VerifiedBody {
  readonly md5: string;
  /** Base64: the checksums that the client sent, or else the one that S3 adds. */
  readonly checksums: Readonly<Record<string, string>>;
}

/** S3 adds this one to an object without a checksum (Amazon S3 User Guide, Checking object integrity, 2026-11). */
const OWN_CHECKSUM: Checksum = 'crc64nvme';
const MD5_BASE64 = /^[A-Za-z0-9+/]{22}==$/;

export class UploadBody {
  readonly #request: IncomingMessage;
  readonly #trailers = new Map<string, string>();
  readonly #md5 = createHash('md5');
  readonly #sha256 = createHash('sha256');
  readonly #digests = new Map<Checksum, Digest>();
  /** For a body without a checksum. */
  #own: Digest | undefined;
  #size = 0;

  constructor(request: IncomingMessage) {
    this.#request = request;
    for (const checksum of CHECKSUMS) {
      if (request.headers[checksumHeader(checksum)] !== undefined) this.#digests.set(checksum, createDigest(checksum));
    }
    for (const name of this.#header('x-amz-trailer').split(',')) {
      const checksum = checksumOfHeader(name);
      if (checksum !== undefined) this.#digests.set(checksum, createDigest(checksum));
    }
    if (this.#digests.size === 0) this.#own = createDigest(OWN_CHECKSUM);
  }

  async *read(): AsyncGenerator<Buffer> {
    const source: AsyncIterable<Buffer> = this.#isChunked()
      ? decodeAwsChunked(this.#request, this.#trailers)
      : this.#request;
    for await (const bytes of source) {
      this.#size += bytes.length;
      this.#md5.update(bytes);
      if (this.#hasContentHash()) this.#sha256.update(bytes);
      for (const digest of this.#digests.values()) digest.update(bytes);
      this.#own?.update(bytes);
      yield bytes;
    }
  }

  /** Call it after `read` has ended. @throws ServiceError when the body does not match what the client declared */
  async verify(): Promise<VerifiedBody> {
    const declared = this.#header('x-amz-decoded-content-length');
    if (declared !== '' && Number(declared) !== this.#size) {
      throw new ServiceError(400, 'IncompleteBody', `Expected ${declared} bytes, got ${this.#size}.`);
    }
    if (this.#hasContentHash() && this.#sha256.digest('hex') !== this.#header('x-amz-content-sha256')) {
      throw new ServiceError(400, 'XAmzContentSHA256Mismatch', 'The body does not match the signed hash.');
    }
    const md5 = this.#md5.digest();
    const contentMd5 = this.#header('content-md5');
    if (contentMd5 !== '' && contentMd5 !== md5.toString('base64')) throw wrongMd5(contentMd5);
    return { md5: md5.toString('hex'), checksums: await this.#verifyChecksums() };
  }

  async #verifyChecksums(): Promise<Record<string, string>> {
    const checksums: Record<string, string> =
      this.#own === undefined ? {} : { [OWN_CHECKSUM]: await this.#own.base64() };
    for (const [checksum, digest] of this.#digests) {
      const name = checksumHeader(checksum);
      const expected = this.#header(name) === '' ? this.#trailers.get(name) : this.#header(name);
      if (expected === undefined)
        throw new ServiceError(400, 'MalformedTrailerError', `The trailer ${name} is missing.`);
      if (expected !== (await digest.base64())) throw badDigest(checksum.toUpperCase());
      checksums[checksum] = expected;
    }
    return checksums;
  }

  #isChunked(): boolean {
    return (
      this.#header('x-amz-content-sha256').startsWith('STREAMING-') ||
      this.#header('content-encoding')
        .split(',')
        .some((coding) => coding.trim() === 'aws-chunked')
    );
  }

  #hasContentHash(): boolean {
    return /^[0-9a-f]{64}$/.test(this.#header('x-amz-content-sha256'));
  }

  #header(name: string): string {
    return String(this.#request.headers[name] ?? '');
  }
}

const wrongMd5 = (given: string): ServiceError =>
  MD5_BASE64.test(given)
    ? badDigest('Content-MD5')
    : new ServiceError(400, 'InvalidDigest', 'The Content-MD5 you specified is not valid.');

const badDigest = (name: string): ServiceError =>
  new ServiceError(400, 'BadDigest', `The ${name} you specified did not match what we received.`);
