import { defineConfig } from 'tsup';

export default defineConfig({
  entry: [
    'src/index.ts',
    'src/certificates/browser.ts',
    'src/certificates/node.ts',
    'src/platform/libraries-browser.ts',
    'src/platform/libraries-node.ts',
  ],
  external: ['#certificates', '#libraries'],
  format: ['esm'],
  dts: false,
  sourcemap: true,
  clean: false,
  target: 'node22',
});
