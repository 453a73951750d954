/** The checksums of `x-amz-checksum-*` headers and trailers, each as a running digest with a base64 result. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Crc32c, Crc64Nvme } from '@aws-sdk/checksums/crc';

export const CHECKSUMS = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const;
export type Checksum = (typeof CHECKSUMS)[number];

export interface Digest {
  update(bytes: Buffer): void;
  /** Call it once, at the end. */
  base64(): Promise<string>;
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
      return createCrc32();
    case 'crc32c':
      return digestOf(new Crc32c());
    case 'crc64nvme':
      return digestOf(new Crc64Nvme());
    case 'sha1':
    case 'sha256': {
      const hash = createHash(checksum);
      return { update: (bytes) => void hash.update(bytes), base64: async () => hash.digest('base64') };
    }
  }
}

/** Node's own, which is native. */
function createCrc32(): Digest {
  let value = 0;
  return {
    update: (bytes) => {
      value = crc32(bytes, value);
    },
    base64: async () => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes.toString('base64');
    },
  };
}

function digestOf(checksum: ClientChecksum): Digest {
  return {
    update: (bytes) => checksum.update(bytes),
    base64: async () => Buffer.from(await checksum.digest()).toString('base64'),
  };
}

/** Of the S3 client, with which clients compute what we compare. */
type ClientChecksum = InstanceType<typeof Crc32c | typeof Crc64Nvme>;
