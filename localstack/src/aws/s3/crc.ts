/**
 * CRC32C and CRC64/NVME, both reflected, with all ones at the start and the end. S3 accepts them as checksums and Node has
 * only CRC32. Uses one-byte tables. A 64-bit value is two 32-bit halves, because BigInt would be a hundred times slower.
 */

const CRC32C_POLYNOMIAL = 0x82f63b78;
const CRC64_POLYNOMIAL = { high: 0x9a6c9329, low: 0xac4bc9b5 };

const crc32cTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ CRC32C_POLYNOMIAL : value >>> 1;
  return value;
});

/** `value` is the result for the preceding bytes, 0 at the start. */
export function crc32c(bytes: Uint8Array, value: number): number {
  let crc = ~value;
  for (const byte of bytes) crc = (crc >>> 8) ^ (crc32cTable[(crc ^ byte) & 0xff] ?? 0);
  return ~crc >>> 0;
}

export interface Crc64 {
  readonly high: number;
  readonly low: number;
}

const crc64High = new Uint32Array(256);
const crc64Low = new Uint32Array(256);
for (let byte = 0; byte < 256; byte += 1) {
  let high = 0;
  let low = byte;
  for (let bit = 0; bit < 8; bit += 1) {
    const carry = low & 1;
    low = (low >>> 1) | (high << 31);
    high >>>= 1;
    if (carry === 1) {
      high ^= CRC64_POLYNOMIAL.high;
      low ^= CRC64_POLYNOMIAL.low;
    }
  }
  crc64High[byte] = high;
  crc64Low[byte] = low;
}

/** `value` is the result for the preceding bytes, two zeros at the start. */
export function crc64nvme(bytes: Uint8Array, value: Crc64): Crc64 {
  let high = ~value.high;
  let low = ~value.low;
  for (const byte of bytes) {
    const index = (low ^ byte) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (crc64Low[index] ?? 0);
    high = (high >>> 8) ^ (crc64High[index] ?? 0);
  }
  return { high: ~high >>> 0, low: ~low >>> 0 };
}
