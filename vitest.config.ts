import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const resolve = { conditions: ['@gitops-toolkit/source', 'import', 'node', 'default'] };
const ssr = { resolve };
// A wait ends as soon as what it waits for is there: on a busy machine that may be late.
const patience = {
  testTimeout: 60_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 30_000 } },
};

export default defineConfig({
  test: {
    // Vitest leaves one core to itself, which on a machine of two is half of it.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        resolve,
        ssr,
        test: {
          name: 'unit',
          include: [
            'packages/*/src/**/*.test.ts',
            'examples/**/*.test.ts',
            'tools/**/*.test.ts',
            'conformance/**/*.test.ts',
          ],
          exclude: ['**/*.e2e.test.ts', '**/*.browser.test.ts', '**/node_modules/**'],
          ...patience,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'e2e',
          // Those that a real API server must agree with: TEST_TARGET=binaries runs them on one.
          include: ['packages/*/src/**/*.e2e.test.ts', 'examples/**/*.e2e.test.ts'],
          ...patience,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'browser',
          include: ['packages/*/src/**/*.browser.test.ts'],
          // Each builds the packages that it bundles, where the others build theirs.
          fileParallelism: false,
          ...patience,
        },
      },
    ],
  },
});
