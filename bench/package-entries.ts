import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const PACKAGES = path.join(import.meta.dirname, '..', 'packages');

/** How a fresh process gets at our packages. */
export interface PackageEntries {
  /** Whether the bundles are run that users install, or the sources. */
  readonly kind: 'bundles' | 'sources';
  /** Flags of Node. */
  readonly flags: readonly string[];
  /** The URL to import a package by, such as `kustomize` or `core/node`. */
  url(name: string): string;
  /** What Node is given to run a program of a package, such as `kustomize` and its `cli/bin`. */
  program(name: string, entry: string): readonly string[];
}

/** The bundles where all the packages named are built and up to date, else the sources, which start slower. */
export function packageEntries(names: readonly string[]): PackageEntries {
  const built = names.every(isBuilt);
  const flags = built ? [] : ['--conditions=@gitops-toolkit/source'];
  return {
    kind: built ? 'bundles' : 'sources',
    flags,
    url(name) {
      const [folder = '', ...rest] = name.split('/');
      const file = built ? path.join('dist', ...rest, 'index.js') : path.join('src', ...rest, 'index.ts');
      return pathToFileURL(path.join(PACKAGES, folder, file)).href;
    },
    program(name, entry) {
      const file = built ? path.join('dist', `${entry}.js`) : path.join('src', `${entry}.ts`);
      return [...flags, path.join(PACKAGES, name, file)];
    },
  };
}

/** What to tell the reader about figures of fresh processes. */
export function notesOn({ kind }: PackageEntries): string[] {
  return kind === 'bundles'
    ? []
    : [
        'fresh processes run the TypeScript sources: the bundles, which start faster, are not up to date (npm run build)',
      ];
}

function isBuilt(name: string): boolean {
  const folder = path.join(PACKAGES, name);
  const bundle = path.join(folder, 'dist', 'index.js');
  if (!existsSync(bundle)) return false;
  const builtAt = statSync(bundle).mtimeMs;
  return readdirSync(path.join(folder, 'src'), { recursive: true, withFileTypes: true }).every(
    (entry) =>
      !entry.isFile() ||
      entry.name.endsWith('.test.ts') ||
      statSync(path.join(entry.parentPath, entry.name)).mtimeMs <= builtAt,
  );
}
