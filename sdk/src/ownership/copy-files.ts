/** Copies the files of a folder into another one, a window at a time. */
import { Buffer } from 'node:buffer';
import { join } from 'node:path';
import type { Disk } from '../disk.ts';
import { READ_WINDOW_BYTES } from '../limits.ts';

export interface CopyOptions {
  readonly from: string;
  readonly to: string;
  /** The copies survive a power cut. */
  readonly isSynced: boolean;
}

/** @throws the error of the disk; also when a file disappears meanwhile. */
export async function copyFiles(disk: Disk, { from, to, isSynced }: CopyOptions): Promise<void> {
  const window = Buffer.allocUnsafe(READ_WINDOW_BYTES);
  for (const name of await disk.list(from)) {
    if (name.endsWith('.tmp')) continue;
    await copyFile(disk, { from: join(from, name), to: join(to, name), isSynced, window });
  }
  if (isSynced) disk.syncFolderSync(to);
}

async function copyFile(disk: Disk, { from, to, isSynced, window }: CopyOptions & { window: Buffer }): Promise<void> {
  const fd = disk.createSync(to);
  try {
    for (let at = 0; ; ) {
      const bytes = await disk.readInto(from, window, at);
      if (bytes === 0) break;
      for (let done = 0; done < bytes; ) done += await disk.write(fd, window.subarray(done, bytes), at + done);
      at += bytes;
    }
    if (isSynced) await disk.dataSync(fd);
  } finally {
    disk.closeSync(fd);
  }
}
