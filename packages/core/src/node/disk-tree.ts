import {
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { type FileTree, type TreeEntry, walkFiles } from '../tree/file-tree.ts';
import { baseName, normalizePath } from '../tree/path.ts';

/**
 * A tree over a folder. Nothing is copied: files are read when they are asked for.
 *
 * A path that leaves the folder, by `..` or through a symlink, names nothing. Sockets, devices and
 * pipes are not listed.
 *
 * @example
 * ```ts
 * import { DiskTree } from '@gitops-toolkit/core/node';
 * const tree = new DiskTree('.');
 * tree.read('package.json')?.length;
 * ```
 */
export class DiskTree implements FileTree {
  /** The folder, with every symlink in its own path resolved. */
  readonly root: string;
  #size: number | undefined;

  /** @throws The error of the file system where the folder is not there. */
  constructor(root: string) {
    this.root = realpathSync.native(resolve(root));
    if (!statSync(this.root).isDirectory()) throw new RangeError(`not a folder: ${root}`);
  }

  /** Counted on the first call, by a walk over the whole folder. */
  get size(): number {
    if (this.#size === undefined) {
      let total = 0;
      for (const file of walkFiles(this)) total += file.size;
      this.#size = total;
    }
    return this.#size;
  }

  read(path: string): Uint8Array | undefined {
    const real = this.#locate(path);
    return real !== undefined && statOf(real)?.isFile() ? readFileSync(real) : undefined;
  }

  list(path: string): readonly TreeEntry[] {
    const real = this.#locate(path);
    if (real === undefined || !statOf(real)?.isDirectory()) return [];
    return readdirSync(real)
      .filter(isPortableName)
      .map((name) => toEntry(join(real, name), name))
      .filter((entry) => entry !== undefined)
      .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  }

  stat(path: string): TreeEntry | undefined {
    const real = this.#locate(path);
    return real === undefined ? undefined : toEntry(real, baseName(this.#inTree(real)));
  }

  resolve(path: string): string | undefined {
    const real = this.#locate(path);
    return real === undefined ? undefined : this.#inTree(real);
  }

  /** The real path on disk, inside the root. */
  #locate(path: string): string | undefined {
    const normalized = normalizePath(path);
    if (normalized === undefined || !normalized.split('/').every(isPortableName)) return undefined;
    let real: string;
    try {
      real = realpathSync.native(join(this.root, ...normalized.split('/')));
    } catch {
      return undefined;
    }
    const inside =
      real === this.root || real.startsWith(this.root.endsWith(sep) ? this.root : this.root + sep);
    return inside ? real : undefined;
  }

  #inTree(real: string): string {
    return relative(this.root, real).split(sep).join('/');
  }
}

/** Windows would take a backslash for a separator and a colon for a drive or a hidden stream. */
function isPortableName(name: string): boolean {
  return sep === '/' || !/[\\:]/.test(name);
}

function toEntry(real: string, name: string): TreeEntry | undefined {
  const stats = lstatOf(real);
  if (!stats) return undefined;
  if (stats.isSymbolicLink()) {
    return { name, kind: 'symlink', mode: 0o777, size: 0, target: readlinkSync(real).split(sep).join('/') };
  }
  if (stats.isDirectory()) return { name, kind: 'directory', mode: 0o755, size: 0 };
  if (stats.isFile()) return { name, kind: 'file', mode: stats.mode & 0o777, size: stats.size };
  return undefined;
}

// A file may go between being listed and being looked at.
function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}
function lstatOf(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}
