/** The local AWS of a test file: started before its tests, stopped after them. */
import { afterAll, beforeAll } from 'vitest';
import type { Target } from '../../contract/target.ts';
import { startOurs } from '../../contract/targets/ours.ts';
import type { RunningTarget } from '../../contract/targets/running-target.ts';

export interface Ours {
  readonly target: Target;
  readonly endpoint: string;
}

export function useOurs(): Ours {
  let ours: RunningTarget;
  beforeAll(async () => {
    ours = await startOurs('embedded');
  });
  afterAll(() => ours.stop());
  return {
    get target() {
      return ours.target;
    },
    get endpoint() {
      return ours.target.endpoint ?? '';
    },
  };
}
