import { defineConfig } from 'tsup';

export default defineConfig({
  // Beside the index, as the URL of the worker wants it.
  entry: { index: 'src/index.ts', 'build-worker': 'src/kustomization/build-worker.ts' },
  format: ['esm'],
  dts: false,
  sourcemap: true,
  clean: false,
  target: 'node22',
});
