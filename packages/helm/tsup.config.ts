import { defineConfig } from 'tsup';

export default defineConfig({
  entry: [
    'src/index.ts',
    'src/dependencies/index.ts',
    'src/package/index.ts',
    'src/provenance/index.ts',
    'src/repository/index.ts',
  ],
  format: ['esm'],
  dts: false,
  sourcemap: true,
  clean: false,
  target: 'node22',
});
