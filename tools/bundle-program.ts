// How the packages' programs are built: all that one needs in a file or two, for a process that lives for a tenth
// of a second has no time to look for packages.
import { readFile } from 'node:fs/promises';
import { createRequire, isBuiltin } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Options } from 'tsup';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

/**
 * What tsup is told to build a program from its files in `src/cli`.
 *
 * @param apart names of files there that stay files of their own, loaded when they are imported; each exports `main`
 */
export function bundleProgram(apart: readonly string[]): Options[] {
  return [
    {
      ...bundle(['bin'], [loadApart(apart)]),
      format: ['esm'],
      // What a library requires of Node itself.
      banner: {
        js: "const require = process.getBuiltinModule('module').createRequire(import.meta.url);",
      },
    },
    {
      ...bundle(apart, []),
      format: ['cjs'],
      outExtension: () => ({ js: '.cjs' }),
      // As `loadProgram` runs it.
      banner: { js: '(function (exports, require, module, __programUrl) {' },
      footer: { js: '})' },
      define: { 'import.meta.url': '__programUrl' },
    },
  ];
}

function bundle(names: readonly string[], plugins: readonly Plugin[]): Options {
  return {
    entry: Object.fromEntries(names.map((name) => [`cli/${name}`, `src/cli/${name}.ts`])),
    dts: false,
    sourcemap: false,
    clean: false,
    splitting: false,
    minify: true,
    target: 'node22',
    noExternal: [/.*/],
    esbuildOptions(options) {
      options.conditions = ['@gitops-toolkit/source'];
      options.charset = 'ascii';
    },
    removeNodeProtocol: false,
    esbuildPlugins: [...plugins, bundleRequired, takeBuiltins],
  };
}

const LOADER = fileURLToPath(new URL('load-program.ts', import.meta.url));

/** Has what is apart loaded with the code that was kept of it. */
function loadApart(names: readonly string[]): Plugin {
  return {
    name: 'load-apart',
    setup(build) {
      build.onResolve({ filter: /^\.\/[\w-]+\.ts$/ }, ({ path: file, kind }) => {
        const name = path.basename(file, '.ts');
        return kind === 'dynamic-import' && names.includes(name)
          ? { path: name, namespace: 'apart' }
          : undefined;
      });
      build.onLoad({ filter: /.*/, namespace: 'apart' }, ({ path: name }) => ({
        contents: `import { loadProgram } from ${JSON.stringify(LOADER)};
export const { main } = loadProgram(new URL('./${name}.cjs', import.meta.url));`,
        loader: 'js',
        resolveDir: path.dirname(LOADER),
      }));
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
