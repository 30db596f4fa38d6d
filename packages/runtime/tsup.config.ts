import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts', 'src/clusters/index.ts', 'src/harness/index.ts', 'src/webhooks/index.ts'],
  format: ['esm'],
  dts: false,
  sourcemap: true,
  clean: false,
  target: 'node22',
});
