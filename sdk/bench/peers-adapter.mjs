/** Our adapter for the bench that compares SDKs. All options have their defaults. */
import { DataLoaf } from '../dist/index.mjs';

const logger = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * `dir` outlives the process; `url` is the origin of the counting server. `tuned` is ignored: our defaults are tuned.
 */
export function createBench({ url, dir }) {
  const client = new DataLoaf({ endpoint: url, serverKey: 'dl_s_bench', dir, logger });
  return {
    capture: (_id, userId, name, attributes) => client.createEvent({ name, userId, attributes }),
    flush: () => client.flush(),
    shutdown: () => client.shutdown(),
  };
}
