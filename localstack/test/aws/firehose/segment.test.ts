import { mkdtempSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { Segment } from '../../../src/aws/firehose/segment.ts';

const dir = mkdtempSync(join(tmpdir(), 'dataloaf-segment-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

/** The next write of any file takes a part of its bytes and then fails, as the kernel does on a full disk. */
async function fillDisk(partBytes: number): Promise<void> {
  const probe = await open(join(dir, 'probe'), 'w');
  const methods: FileHandle = Object.getPrototypeOf(probe);
  await probe.close();
  const { write } = methods;
  async function takePart(this: FileHandle, bytes: Buffer, ...[, , position]: readonly (number | undefined)[]) {
    await Reflect.apply(write, this, [bytes, 0, partBytes, position ?? null]);
    throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
  }
  vi.spyOn(methods, 'write').mockImplementationOnce(takePart as unknown as FileHandle['write']);
  vi.spyOn(methods, 'writeFile').mockImplementationOnce(takePart as unknown as FileHandle['writeFile']);
}

async function textOf(segment: Segment): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of segment.read()) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

it.each([1, 6, 11])(
  'keeps what is appended before and after a write of which a full disk took %i bytes',
  async (part) => {
    const segment = await Segment.create(dir, 'events', part);
    await segment.append([Buffer.from('before,')]);
    await fillDisk(part);

    await expect(segment.append([Buffer.from('refused,')])).rejects.toThrow('ENOSPC');
    await segment.append([Buffer.from('after,')]);
    await segment.append([Buffer.from('later')]);
    await segment.close();
    const [recovered] = (await Segment.recover(dir, 'events')).filter(
      ({ identity }) => identity.id === segment.identity.id,
    );

    expect(await textOf(segment)).toBe('before,after,later');
    expect([recovered?.records, recovered?.bytes]).toEqual([3, segment.bytes]);
  },
);
