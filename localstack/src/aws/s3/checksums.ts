/** The checksums of `x-amz-checksum-*` headers and trailers, each as a running digest with a base64 result. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { type Crc64, crc32c, crc64nvme } from './crc.ts';

export const CHECKSUMS = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const;
export type Checksum = (typeof CHECKSUMS)[number];

export interface Digest {
  update(bytes: Buffer): void;
  /** Call it once, at the end. */
  base64(): string;
}

const HEADER_PREFIX = 'x-amz-checksum-';

export const checksumHeader = (checksum: Checksum): string => `${HEADER_PREFIX}${checksum}`;

export function checksumOfHeader(name: string): Checksum | undefined {
  const normal = name.trim().toLowerCase();
  return CHECKSUMS.find((checksum) => checksumHeader(checksum) === normal);
}

export function createDigest(checksum: Checksum): Digest {
  switch (checksum) {
    case 'crc32':
      return createCrc(crc32);
    case 'crc32c':
      return createCrc(crc32c);
    case 'crc64nvme':
      return createCrc64();
    case 'sha1':
    case 'sha256': {
      const hash = createHash(checksum);
      return { update: (bytes) => void hash.update(bytes), base64: () => hash.digest('base64') };
    }
  }
}

function createCrc(next: (bytes: Buffer, value: number) => number): Digest {
  let value = 0;
  return {
    update: (bytes) => {
      value = next(bytes, value);
    },
    base64: () => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes.toString('base64');
    },
  };
}

function createCrc64(): Digest {
  let value: Crc64 = { high: 0, low: 0 };
  return {
    update: (bytes) => {
      value = crc64nvme(bytes, value);
    },
    base64: () => {
      const bytes = Buffer.alloc(8);
      bytes.writeUInt32BE(value.high, 0);
      bytes.writeUInt32BE(value.low, 4);
      return bytes.toString('base64');
    },
  };
}
