import { defineConfig } from 'vitest/config';

// Packages of this repository are read from their sources. Only the SDK has a built form, which the condition overrides.
const conditions = ['@dataloaf/source', 'node', 'default'];
const PATIENT = { testTimeout: 120_000, hookTimeout: 120_000 };
const shared = { resolve: { conditions }, ssr: { resolve: { conditions } } };

const isOnContainers = process.env['DATALOAF_BACKEND'] === 'containers';
const CONTAINERS = 'promises/containers/**/*.test.ts';
/**
 * Promises that S3 or Postgres bears on: `npm test -- --backend containers` runs these, and those that only containers have.
 * All others would be the same on any back end and run on `embedded` alone. What a restart keeps is not among them:
 * LocalStack's free edition keeps nothing.
 */
const DEPEND_ON_THE_BACKEND = [
  'promises/whole-story.test.ts',
  'promises/the-database-comes-back.test.ts',
  'promises/nothing-is-lost-in-an-outage.test.ts',
  'promises/backends.test.ts',
  CONTAINERS,
];

// Decisions and small parts: seconds. `npm run check` runs these.
const unit = project('unit', {
  include: ['*/test/**/*.test.ts'],
  exclude: ['**/node_modules/**', '**/*.integration.test.ts'],
  // Modules are loaded once for all files: twice as fast, and pure files share no state.
  isolate: false,
  // No promise about speed: a machine that does other work may need long for a thousand random cases.
  testTimeout: 30_000,
});
// One part with what it really talks to: Postgres, sockets, processes, disks.
const integration = project('integration', { include: ['*/test/**/*.integration.test.ts'], ...PATIENT });
// The whole stack. Each file starts one; on two cores, more at a time would cause timeouts.
const promises = project('promises', {
  include: isOnContainers ? DEPEND_ON_THE_BACKEND : ['promises/**/*.test.ts'],
  exclude: isOnContainers ? [] : ['**/node_modules/**', CONTAINERS],
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
