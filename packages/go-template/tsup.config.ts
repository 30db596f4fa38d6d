import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts', 'src/certificates/browser.ts', 'src/certificates/node.ts'],
  external: ['#certificates'],
  format: ['esm'],
  dts: false,
  sourcemap: true,
  clean: false,
  target: 'node22',
});
