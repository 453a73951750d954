import { defineConfig } from 'vitest/config';

// Workspace packages are read from their sources; only the SDK has a built form, which its own condition overrides.
const conditions = ['@dataloaf/source', 'node', 'default'];
const PATIENT = { testTimeout: 120_000, hookTimeout: 120_000 };
const shared = { resolve: { conditions }, ssr: { resolve: { conditions } } };

// `npm test -- --backend containers` runs the promises that the back end bears on, and those that only containers have.
const isOnContainers = process.env['DATALOAF_BACKEND'] === 'containers';
const ON_CONTAINERS_ONLY = 'promises/containers/**/*.test.ts';
// LocalStack's free edition keeps nothing over its end: what a restart keeps is a promise of the embedded back end.
const RESTARTS = 'promises/nothing-is-lost-over-a-restart.test.ts';

// Decisions and small parts: seconds. `npm run check` runs these.
const unit = project('unit', {
  include: ['*/test/**/*.test.ts'],
  exclude: ['**/node_modules/**', '**/*.integration.test.ts'],
  // Modules are loaded once for all files: twice as fast, and pure files have nothing to keep apart.
  isolate: false,
});
// One part with what it really talks to: Postgres, sockets, processes, disks.
const integration = project('integration', { include: ['*/test/**/*.integration.test.ts'], ...PATIENT });
// The whole stack. Each file starts one; two cores carry one at a time without false waits.
const promises = project('promises', {
  include: ['promises/**/*.test.ts'],
  exclude: ['**/node_modules/**', isOnContainers ? RESTARTS : ON_CONTAINERS_ONLY],
  fileParallelism: false,
  ...PATIENT,
});

export default defineConfig({
  ...shared,
  test: {
    reporters: ['default', './tools/reporters/fault-table-reporter.ts', './tools/reporters/closing-line-reporter.ts'],
    projects: isOnContainers ? [promises] : [unit, integration, promises],
  },
});

function project(name: string, test: object) {
  return { ...shared, test: { name, exclude: ['**/node_modules/**'], ...test } };
}
