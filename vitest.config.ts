import { defineConfig } from 'vitest/config';

// Workspace packages are read from their sources; only the SDK has a built form, which its own condition overrides.
const conditions = ['@dataloaf/source', 'node', 'default'];
const PATIENT = { testTimeout: 120_000, hookTimeout: 120_000 };
const shared = { resolve: { conditions }, ssr: { resolve: { conditions } } };

// `npm test -- --backend containers`: the same promises on the other back end, and those that only it has.
const isOnContainers = process.env['DATALOAF_BACKEND'] === 'containers';
// LocalStack's free edition keeps nothing over its end: what a restart keeps is a promise of the embedded back end.
const RESTARTS = 'localstack/test/e2e/restart.e2e.test.ts';

// Decisions and small parts: seconds. `npm run check` runs these.
const unit = project('unit', {
  include: ['*/test/**/*.test.ts'],
  exclude: ['**/node_modules/**', '**/*.{integration,e2e,containers}.test.ts'],
  // Modules are loaded once for all files: twice as fast, and pure files have nothing to keep apart.
  isolate: false,
});
// One part with what it really talks to: Postgres, sockets, processes, disks.
const integration = project('integration', { include: ['*/test/**/*.integration.test.ts'], ...PATIENT });
// Promises on the whole stack. Each file starts one; two cores carry one at a time without false waits.
const e2e = project('e2e', {
  include: ['*/test/**/*.e2e.test.ts'],
  exclude: ['**/node_modules/**', ...(isOnContainers ? [RESTARTS] : [])],
  fileParallelism: false,
  ...PATIENT,
});
// What is done to containers, and to the stack that stands on them.
const containers = project('containers', {
  include: ['*/test/**/*.containers.test.ts'],
  fileParallelism: false,
  ...PATIENT,
});

export default defineConfig({
  ...shared,
  test: {
    reporters: [
      'default',
      './sdk/test/tools/fault-table-reporter.ts',
      './localstack/test/tools/closing-line-reporter.ts',
    ],
    projects: isOnContainers ? [e2e, containers] : [unit, integration, e2e],
  },
});

function project(name: string, test: object) {
  return { ...shared, test: { name, exclude: ['**/node_modules/**'], ...test } };
}
