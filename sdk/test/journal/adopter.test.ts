import { describe, expect, it } from 'vitest';
import { nodeDisk } from '../../src/disk.ts';
import { Adopter } from '../../src/journal/adopter.ts';
import { type FoundFolder, Ownership, type OwnershipPorts } from '../../src/ownership/ownership.ts';
import { aDisk, aFolder, diskError } from '../tools/test-client.ts';

const FINGERPRINT = '0123456789abcdef';

function anAdopter(ports: Partial<OwnershipPorts>, state = { isDegraded: false }) {
  const errors: unknown[] = [];
  const identity = { host: 'h1', boot: 'b1', pidNamespace: 'n1', pid: 1, processStart: '100' };
  const ownership = new Ownership(
    { root: aFolder(), fingerprint: FINGERPRINT, durability: 'os' },
    { disk: nodeDisk, identity, startOf: () => null, now: Date.now, ...ports },
  );
  const adopter = new Adopter(FINGERPRINT, {
    disk: ports.disk ?? nodeDisk,
    ownership,
    onDamage: async () => undefined,
    onAdopted: () => undefined,
    onRead: () => undefined,
    onForeign: (_: FoundFolder) => undefined,
    onError: (error) => errors.push(error),
    isDegraded: () => state.isDegraded,
  });
  return { adopter, ownership, errors, state };
}

async function scanTimes(adopter: Adopter, times: number): Promise<void> {
  for (let scan = 0; scan < times; scan += 1) await adopter.scan();
}

const list = async (): Promise<never> => {
  throw diskError('EIO');
};

describe('adopter', () => {
  it('reports once that the folder of all journals cannot be listed, and again after it could', async () => {
    const state = { isBroken: true };
    const disk = aDisk({ list: (path) => (state.isBroken ? list() : nodeDisk.list(path)) });
    const { adopter, errors } = anAdopter({ disk });

    await scanTimes(adopter, 5);
    const before = errors.length;
    state.isBroken = false;
    await scanTimes(adopter, 1);
    state.isBroken = true;
    await scanTimes(adopter, 5);

    expect([before, errors.length]).toEqual([1, 2]);
  });

  it('does not report what a journal that cannot write has reported already', async () => {
    const { adopter, errors } = anAdopter({ disk: aDisk({ list }) }, { isDegraded: true });

    await scanTimes(adopter, 5);

    expect(errors).toEqual([]);
  });

  it('reports a journal once that it cannot adopt, however often it tries', async () => {
    const renameSync = (from: string, to: string): void => {
      if (!from.includes('/new.') && !from.endsWith('.tmp')) throw diskError('EACCES');
      nodeDisk.renameSync(from, to);
    };
    const { adopter, ownership, errors } = anAdopter({ disk: aDisk({ renameSync }) });
    const folder = ownership.claim();
    ownership.releaseSync(folder);

    await scanTimes(adopter, 5);

    expect(errors).toHaveLength(1);
  });
});
