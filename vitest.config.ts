import { defineConfig } from 'vitest/config';

// Workspace packages are read from their sources; only the SDK has a built form, which its own condition overrides.
const conditions = ['@dataloaf/source', 'node', 'default'];
const PATIENT = { testTimeout: 120_000, hookTimeout: 120_000 };
const shared = { resolve: { conditions }, ssr: { resolve: { conditions } } };

export default defineConfig({
  ...shared,
  test: {
    reporters: [
      'default',
      './sdk/test/tools/fault-table-reporter.ts',
      './localstack/test/tools/closing-line-reporter.ts',
    ],
    projects: [
      // Decisions and small parts: seconds. `npm run check` runs these.
      project('unit', {
        include: ['*/test/**/*.test.ts'],
        exclude: ['**/node_modules/**', '**/*.{integration,e2e}.test.ts'],
        // Modules are loaded once for all files: twice as fast, and pure files have nothing to keep apart.
        isolate: false,
      }),
      // One part with what it really talks to: Postgres, sockets, processes, disks.
      project('integration', { include: ['*/test/**/*.integration.test.ts'], ...PATIENT }),
      // Promises on the whole stack. Each file starts one; two cores carry one at a time without false waits.
      project('e2e', { include: ['*/test/**/*.e2e.test.ts'], fileParallelism: false, ...PATIENT }),
    ],
  },
});

function project(name: string, test: object) {
  return { ...shared, test: { name, exclude: ['**/node_modules/**'], ...test } };
}
