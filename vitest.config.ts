import { defineConfig } from 'vitest/config';

const resolve = { conditions: ['@gitops-toolkit/source', 'import', 'node', 'default'] };
const ssr = { resolve };

export default defineConfig({
  test: {
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
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'e2e',
          // Those that a real API server must agree with: TEST_TARGET=binaries runs them on one.
          include: ['packages/*/src/**/*.e2e.test.ts', 'examples/**/*.e2e.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
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
          testTimeout: 60_000,
        },
      },
    ],
  },
});
