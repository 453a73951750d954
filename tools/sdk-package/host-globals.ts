/** What p-retry takes from the globals, for the CommonJS bundle that contains it: from Node's modules instead. */
// biome-ignore lint/performance/noBarrelFile: this is what the bundler puts in place of the globals.
export { performance } from 'node:perf_hooks';
export { clearTimeout, setTimeout } from 'node:timers';
