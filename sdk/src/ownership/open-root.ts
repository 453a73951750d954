/** Makes the folder of all journals, when a client starts, and looks whether others may write it. */
import { join } from 'node:path';
import type { Disk } from '../disk.ts';
import type { Ownership } from './ownership.ts';

export const OTHERS_MAY_WRITE =
  'other accounts may write the journal folder: they can remove items, and add items that this process sends; chmod it to 700';

export interface OpenRootPorts {
  readonly disk: Disk;
  readonly ownership: Ownership;
  /** Called once for each folder in a process. */
  readonly onOthersMayWrite: () => void;
}

/** Reported already, by any client of the process. */
const openToOthers = new Set<string>();

/** Never throws: the first write gets the same error and reports it as a degradation. */
export function openRoot(root: string, ports: OpenRootPorts): void {
  const { disk, ownership } = ports;
  try {
    ownership.makeRoot();
    // The journal holds personal data. It must not end up in a commit of the application's repository.
    const ignore = join(root, '.gitignore');
    if (!disk.existsSync(ignore)) disk.replaceSync(ignore, '*\n');
  } catch {
    // See above.
  }
  void checkMode(root, ports);
}

async function checkMode(root: string, { disk, onOthersMayWrite }: OpenRootPorts): Promise<void> {
  const facts = await disk.facts(root).catch(() => null);
  if (facts?.othersMayWrite !== true || openToOthers.has(root)) return;
  openToOthers.add(root);
  onOthersMayWrite();
}
