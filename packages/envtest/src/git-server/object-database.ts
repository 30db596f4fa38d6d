import { hash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';

/** The kinds of objects that a repository holds. */
export type GitObjectType = 'commit' | 'tree' | 'blob' | 'tag';

/** An object with its content. */
export interface StoredObject {
  readonly type: GitObjectType;
  readonly data: Buffer;
}

/** How a repository names its objects. */
export type GitHashAlgorithm = 'sha1' | 'sha256';

/** Objects by id: in memory, and, where there is a folder, as files of a bare repository as well. */
export class ObjectDatabase {
  readonly algorithm: GitHashAlgorithm;
  readonly #folder: string | undefined;
  readonly #objects = new Map<string, StoredObject>();

  /** @param folder Of a bare repository; objects that have files of their own in it are read. */
  constructor(algorithm: GitHashAlgorithm, folder?: string) {
    this.algorithm = algorithm;
    this.#folder = folder === undefined ? undefined : join(folder, 'objects');
    if (this.#folder !== undefined) this.#load(this.#folder);
  }

  get(id: string): StoredObject | undefined {
    return this.#objects.get(id);
  }

  has(id: string): boolean {
    return this.#objects.has(id);
  }

  /** Takes an object in and gives its id. */
  put(type: GitObjectType, content: Uint8Array): string {
    const data = Buffer.from(content.buffer, content.byteOffset, content.length);
    const whole = Buffer.concat([Buffer.from(`${type} ${data.length}\0`), data]);
    const id = hash(this.algorithm, whole, 'hex');
    if (!this.#objects.has(id)) {
      this.#objects.set(id, { type, data });
      this.#write(id, whole);
    }
    return id;
  }

  #write(id: string, whole: Buffer): void {
    if (this.#folder === undefined) return;
    const path = join(this.#folder, id.slice(0, 2), id.slice(2));
    mkdirSync(dirname(path), { recursive: true });
    // A reader sees all of the file or none.
    writeFileSync(`${path}.new`, deflateSync(whole));
    renameSync(`${path}.new`, path);
  }

  #load(folder: string): void {
    mkdirSync(folder, { recursive: true });
    for (const prefix of readdirSync(folder)) {
      if (!/^[0-9a-f]{2}$/.test(prefix)) continue;
      for (const rest of readdirSync(join(folder, prefix))) {
        if (!/^[0-9a-f]+$/.test(rest)) continue;
        const whole = inflateSync(readFileSync(join(folder, prefix, rest)));
        const nul = whole.indexOf(0);
        const type = whole.toString('latin1', 0, whole.indexOf(0x20)) as GitObjectType;
        this.#objects.set(prefix + rest, { type, data: whole.subarray(nul + 1) });
      }
    }
  }
}
