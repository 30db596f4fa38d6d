// How the packages' programs are built: all that one needs in a file or two, for a process that lives for a tenth
// of a second has no time to look for packages.
import { readFile } from 'node:fs/promises';
import { createRequire, isBuiltin } from 'node:module';
import path from 'node:path';
import type { Options } from 'tsup';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

/**
 * What tsup is told to build a program from its files in `src/cli`.
 *
 * @param apart names of files there that stay files of their own, loaded when they are imported
 */
export function bundleProgram(apart: readonly string[]): Options {
  return {
    entry: Object.fromEntries(['bin', ...apart].map((name) => [`cli/${name}`, `src/cli/${name}.ts`])),
    format: ['esm'],
    dts: false,
    sourcemap: false,
    clean: false,
    splitting: false,
    minify: true,
    target: 'node22',
    noExternal: [/.*/],
    // What a library requires of Node itself.
    banner: {
      js: "const require = process.getBuiltinModule('module').createRequire(import.meta.url);",
    },
    esbuildOptions(options) {
      options.conditions = ['@gitops-toolkit/source'];
    },
    removeNodeProtocol: false,
    esbuildPlugins: [keepApart(apart), bundleRequired, takeBuiltins],
  };
}

function keepApart(names: readonly string[]): Plugin {
  return {
    name: 'keep-apart',
    setup(build) {
      build.onResolve({ filter: /^\.\/[\w-]+\.ts$/ }, ({ path: file, kind }) => {
        const name = path.basename(file, '.ts');
        return kind === 'dynamic-import' && names.includes(name)
          ? { path: `./${name}.js`, external: true }
          : undefined;
      });
    },
  };
}

/**
 * Modules that load a library with its first use do so by a `require` of their own making, which bundlers leave alone.
 * Without it they bundle the library, and it still runs with its first use.
 */
const bundleRequired: Plugin = {
  name: 'bundle-required',
  setup(build) {
    build.onLoad({ filter: /[/\\](libraries-node|re2[/\\]node)\.ts$/ }, async ({ path: file }) => ({
      contents: (await readFile(file, 'utf8')).replace(
        /^(import \{ createRequire \}|const require =).*$/gm,
        '',
      ),
      loader: 'ts',
    }));
  },
};

/** Parts of Node that few runs need, and what they take to load: 4, 2 and 1 MB. */
const LATE = new Set(['crypto', 'net', 'dns/promises']);

/**
 * Has a program take Node's own modules from `process.getBuiltinModule`. Where a module is imported, Node looks at
 * all that `node:process` and `node:fs` export, which loads streams, terminals and promises: 7 MiB that a program
 * that reads and writes files at once has no use for.
 */
const takeBuiltins: Plugin = {
  name: 'take-builtins',
  setup(build) {
    build.onResolve({ filter: /^(node:)?[a-z\d_/]+$/ }, ({ path: name }) =>
      isBuiltin(name) ? { path: name.replace(/^node:/, ''), namespace: 'builtin' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path: name }) => ({
      contents: LATE.has(name) ? loadedLate(name) : `module.exports = ${loadBuiltin(name)};`,
      loader: 'js',
    }));
  },
};

/** A module that is loaded with the first use of what is imported from it. */
function loadedLate(name: string): string {
  const names = Object.keys(createRequire(import.meta.url)(name) as object);
  const getters = names.map((key) => `get ${key}() { return load().${key}; }`);
  return `const load = () => ${loadBuiltin(name)};\nmodule.exports = { ${getters.join(', ')} };`;
}

function loadBuiltin(name: string): string {
  return `process.getBuiltinModule(${JSON.stringify(name)})`;
}
