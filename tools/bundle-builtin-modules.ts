import { isBuiltin } from 'node:module';
import type { Options } from 'tsup';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

const NAMESPACE = 'builtin';

/**
 * Has a program take Node's own modules from `process.getBuiltinModule`. Where a module is imported, Node looks at
 * all that `node:process` and `node:fs` export, which loads streams, terminals and promises: 7 MiB that a program
 * that reads and writes files at once has no use for.
 */
export const bundleBuiltinModules: Plugin = {
  name: 'bundle-builtin-modules',
  setup(build) {
    build.onResolve({ filter: /^(node:)?[a-z\d_/]+$/ }, ({ path }) =>
      isBuiltin(path) ? { path, namespace: NAMESPACE } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
    }));
  },
};
