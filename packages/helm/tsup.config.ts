import { defineConfig } from 'tsup';

export default defineConfig({
  // The URL of the worker holds in its own folder only.
  entry: ['src/index.ts', 'src/worker/index.ts', 'src/worker/render-worker.ts'],
  format: ['esm'],
  dts: false,
  sourcemap: true,
  clean: false,
  target: 'node22',
});
