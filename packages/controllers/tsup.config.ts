import { defineConfig } from 'tsup';
import { bundleLibrary } from '../../tools/bundle-library.ts';

// Beside the index, as the URL of the worker wants it.
export default defineConfig(
  bundleLibrary({ index: 'src/index.ts', 'build-worker': 'src/kustomization/build-worker.ts' }),
);
