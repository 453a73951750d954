/** A journal is damaged between two processes; the second delivers what is left and reports the rest. */
import type { DataLoaf } from '../../src/client/client.ts';
import type { Disk } from '../../src/disk.ts';
import { Ledger } from './ledger.ts';
import { seededRandom } from './seeded-random.ts';
import { simulateApi } from './simulated-api.ts';
import { aSimulatedClient, captureNext, journalsOf, ROOT } from './simulated-client.ts';
import { aMachine, type SimulatedMachine } from './simulated-machine.ts';
import { type VirtualTime, withVirtualTime } from './virtual-time.ts';

export interface DamageResult {
  /** Numbers of items that did not arrive, from 1 in order of capture. */
  readonly missing: readonly number[];
  readonly changed: readonly string[];
  /** Items that were reported as corrupt. */
  readonly reported: number;
  /** Bytes that were set aside. */
  readonly quarantined: number;
  readonly leftovers: readonly string[];
}

export interface DamagePlan {
  readonly items: number;
  readonly damage: (bytes: Buffer) => Buffer;
  /** Wraps the disk of the second client in a worse one. */
  readonly spoil?: (disk: Disk) => Disk;
}

export function runDamage({ items, damage, spoil = (disk) => disk }: DamagePlan): Promise<DamageResult> {
  return withVirtualTime(async (time) => {
    const random = seededRandom(1);
    const ledger = new Ledger();
    const machine = aMachine(random, time.now);
    const api = simulateApi((arrived) => ledger.arrived(arrived));
    const start = (change: (disk: Disk) => Disk): { client: DataLoaf; kill: () => void } => {
      const process = machine.start();
      const client = aSimulatedClient({}, { disk: change(process.disk), now: time.now, random, ledger });
      return { client, kill: () => process.kill() };
    };
    try {
      api.mood = () => 'refuses';
      const ids = await writeJournal(
        start((disk) => disk),
        { items, ledger, time },
      );
      damageSegment(machine, damage);
      api.mood = () => 'up';
      const { client, kill } = start(spoil);
      await time.settle(client.shutdown());
      kill();
      return {
        missing: ids.flatMap((id, index) => (ledger.hasArrived(id) ? [] : [index + 1])),
        changed: ledger.verdict().changed,
        reported: ledger.drops.filter(({ reason }) => reason === 'corrupt').length,
        quarantined: quarantinedIn(machine),
        leftovers: journalsOf(machine),
      };
    } finally {
      api.restore();
    }
  });
}

async function writeJournal(
  { client, kill }: { client: DataLoaf; kill: () => void },
  { items, ledger, time }: { items: number; ledger: Ledger; time: VirtualTime },
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let index = 0; index < items; index += 1) {
    const captured = captureNext(client, ledger, 60);
    ledger.note(captured);
    ids.push(captured.id);
  }
  await time.advance(50);
  kill();
  await time.settle(client.shutdown({ timeout: 0 }));
  return ids;
}

function damageSegment(machine: SimulatedMachine, damage: (bytes: Buffer) => Buffer): void {
  const segment = journalsOf(machine).find((file) => file.endsWith('.log')) ?? '';
  const file = machine.volume.file(`${ROOT}/${segment}`);
  const bytes = damage(file.cache.read());
  machine.volume.truncate(file, 0);
  machine.volume.write(file, bytes, 0);
}

function quarantinedIn({ volume }: SimulatedMachine): number {
  if (volume.find(`${ROOT}/quarantine`) === undefined) return 0;
  const nodes = [...volume.folder(`${ROOT}/quarantine`).cache.values()];
  return nodes.reduce((sum, node) => sum + (node.kind === 'file' ? node.cache.length : 0), 0);
}
