import { defineConfig } from 'tsup';
import { bundleProgram } from '../../tools/bundle-program.ts';

export default defineConfig([
  {
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
  },
  // The flags are set before the rest is loaded, so that stays a file of its own.
  bundleProgram(['main']),
]);
