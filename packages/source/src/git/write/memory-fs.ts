import type { PromiseFsClient } from 'isomorphic-git';

type Encoding = string | { readonly encoding?: string } | undefined;

/** The part of a file system that `isomorphic-git` needs for a repository without a work tree, in memory. Folders are where files are. */
export class MemoryFs {
  readonly promises: PromiseFsClient['promises'];
  readonly #files = new Map<string, Uint8Array>();

  constructor() {
    this.promises = {
      readFile: async (path: string, encoding: Encoding) => this.#read(path, encoding),
      writeFile: async (path: string, data: Uint8Array | string) => {
        this.#files.set(path, typeof data === 'string' ? Buffer.from(data) : data);
      },
      unlink: async (path: string) => {
        if (!this.#files.delete(path)) throw missing(path);
      },
      readdir: async (path: string) => this.#list(path),
      mkdir: async () => undefined,
      rmdir: async () => undefined,
      stat: async (path: string) => this.#stat(path),
      lstat: async (path: string) => this.#stat(path),
      readlink: async (path: string) => Promise.reject(missing(path)),
      symlink: async (_target: string, path: string) => Promise.reject(missing(path)),
    };
  }

  #read(path: string, encoding: Encoding): Uint8Array | string {
    const data = this.#files.get(path);
    if (!data) throw missing(path);
    const name = typeof encoding === 'string' ? encoding : encoding?.encoding;
    return name === undefined ? data : Buffer.from(data).toString('utf8');
  }

  #list(path: string): string[] {
    const prefix = `${path}/`;
    const names = new Set<string>();
    for (const file of this.#files.keys())
      if (file.startsWith(prefix)) names.add(file.slice(prefix.length).split('/', 1)[0] ?? '');
    if (names.size === 0) throw missing(path);
    return [...names];
  }

  #stat(path: string): Record<string, unknown> {
    const data = this.#files.get(path);
    if (!data) this.#list(path);
    return {
      type: data ? 'file' : 'dir',
      mode: data ? 0o100644 : 0o40000,
      size: data?.length ?? 0,
      ino: 0,
      mtimeMs: 0,
      ctimeMs: 0,
      isFile: () => data !== undefined,
      isDirectory: () => data === undefined,
      isSymbolicLink: () => false,
    };
  }
}

function missing(path: string): Error {
  return Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
}
