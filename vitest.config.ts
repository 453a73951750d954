import { defineConfig } from 'vitest/config';

// Workspace packages are read from their sources; only the SDK has a built form, which `source` overrides.
const conditions = ['source', 'node', 'default'];
const shared = { resolve: { conditions }, ssr: { resolve: { conditions } } };

export default defineConfig({
  ...shared,
  test: {
    reporters: ['default', './localstack/test/tools/closing-line-reporter.ts'],
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: ['*/test/**/*.test.ts', '*/test/**/*.test.tsx'],
          exclude: ['**/*.e2e.test.ts', '**/node_modules/**'],
        },
      },
      {
        ...shared,
        test: {
          name: 'e2e',
          include: ['*/test/**/*.e2e.test.ts'],
          // Each file starts a whole stack; two cores carry one at a time without false waits.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
