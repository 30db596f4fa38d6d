import { defineConfig } from 'tsup';
import { bundleLibrary } from '../../tools/bundle-library.ts';
import { bundleProgram } from '../../tools/bundle-program.ts';

export default defineConfig([
  // The URL of the worker holds in its own folder only.
  bundleLibrary([
    'src/index.ts',
    'src/dependencies/index.ts',
    'src/package/index.ts',
    'src/provenance/index.ts',
    'src/repository/index.ts',
    'src/worker/index.ts',
    'src/worker/render-worker.ts',
  ]),
  // The flags are set before the rest is loaded, so that stays a file of its own.
  ...bundleProgram(['main']),
]);
