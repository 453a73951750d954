/** Our side of the comparison with other SDKs: what a bench that measures several of them loads. Defaults throughout. */
import { DataLoaf } from '../dist/index.mjs';

const logger = { debug() {}, info() {}, warn() {}, error() {} };

/** `dir` outlives the process, `url` is the origin of the server that counts. `tuned` is ignored: the defaults are tuned. */
export function createBench({ url, dir }) {
  const client = new DataLoaf({ endpoint: url, serverKey: 'dl_s_bench', dir, logger });
  return {
    capture: (_id, userId, name, attributes) => client.createEvent({ name, userId, attributes }),
    flush: () => client.flush(),
    shutdown: () => client.shutdown(),
  };
}
