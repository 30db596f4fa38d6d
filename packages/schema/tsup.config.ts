import { defineConfig } from 'tsup';

export default defineConfig({
  entry: [
    'src/index.ts',
    'src/builtin/index.ts',
    'src/pattern/index.ts',
    'src/structural/index.ts',
    'src/re2/browser.ts',
    'src/re2/node.ts',
  ],
  external: ['#re2'],
  format: ['esm'],
  dts: false,
  sourcemap: true,
  clean: false,
  target: 'node22',
});
