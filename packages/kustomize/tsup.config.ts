import { defineConfig } from 'tsup';
import { bundleBuiltinModules } from '../../tools/bundle-builtin-modules.ts';

export default defineConfig([
  {
    // The URL of the worker holds in its own folder only.
    entry: ['src/index.ts', 'src/comments/index.ts', 'src/worker/index.ts', 'src/worker/build-worker.ts'],
    format: ['esm'],
    dts: false,
    sourcemap: true,
    clean: false,
    target: 'node22',
  },
  {
    // The program, with all that it needs in one file: a process that lives for a tenth of a second has no
    // time to look for packages.
    entry: { 'cli/bin': 'src/cli/bin.ts', 'cli/main': 'src/cli/main.ts' },
    format: ['esm'],
    dts: false,
    sourcemap: false,
    clean: false,
    splitting: false,
    minify: true,
    target: 'node22',
    noExternal: [/.*/],
    removeNodeProtocol: false,
    esbuildOptions(options) {
      options.conditions = ['@gitops-toolkit/source'];
    },
    esbuildPlugins: [
      bundleBuiltinModules,
      {
        // It is loaded after the flags are set, so it stays a file of its own.
        name: 'main-apart',
        setup(build) {
          build.onResolve({ filter: /^\.\/main\.ts$/ }, ({ kind }) =>
            kind === 'dynamic-import' ? { path: './main.js', external: true } : undefined,
          );
        },
      },
    ],
  },
]);
