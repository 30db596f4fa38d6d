import { defineConfig } from 'tsup';
import { bundleLibrary } from '../../tools/bundle-library.ts';
import { bundleProgram } from '../../tools/bundle-program.ts';

export default defineConfig([
  // The URL of the worker holds in its own folder only.
  bundleLibrary([
    'src/index.ts',
    'src/comments/index.ts',
    'src/worker/index.ts',
    'src/worker/build-worker.ts',
  ]),
  // The flags are set before the rest is loaded, and few builds have charts: these stay files of their own.
  ...bundleProgram(['main', 'main-with-charts']),
]);
