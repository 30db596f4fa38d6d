import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts', 'src/codegen/index.ts', 'src/cli/bin.ts'],
  format: ['esm'],
  dts: false,
  sourcemap: true,
  clean: false,
  target: 'node22',
});
