import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SourceError } from '../../errors.ts';
import type { GitLimits } from '../limits.ts';
import {
  type GitObject,
  isObjectId,
  type ObjectFormat,
  objectId,
  type ObjectStore,
} from '../object-format.ts';
import type { GitFolder } from './git-folder.ts';
import { parseLooseObject } from './loose-object.ts';
import { PackFile } from './pack-file.ts';

const MAX_NESTED_PACKS = 50;

/** The objects of a repository on this machine, read when they are asked for, their ids checked. */
export class LocalObjects implements ObjectStore {
  readonly format: ObjectFormat;
  readonly #folder: GitFolder;
  readonly #limits: Required<GitLimits>;
  #packs: PackFile[] | undefined;
  #depth = 0;

  constructor(folder: GitFolder, limits: Required<GitLimits>) {
    this.format = folder.format;
    this.#folder = folder;
    this.#limits = limits;
  }

  get(id: string): GitObject | undefined {
    if (!isObjectId(id)) return undefined;
    // Packs may name bases in each other, in the worst case round in a circle.
    if (++this.#depth > MAX_NESTED_PACKS)
      throw new SourceError('GIT_LIMIT', 'packs take bases from too many other packs');
    const object = this.#packed(id) ?? this.#loose(id);
    this.#depth--;
    if (object && objectId(this.format, object.type, object.data) !== id) {
      throw new SourceError('GIT_OBJECT_MISMATCH', `the object ${id} has another content than its id says`, {
        hint: 'The repository is damaged: see what git fsck says.',
      });
    }
    return object;
  }

  /** Lets the files of packs go. */
  close(): void {
    for (const pack of this.#packs ?? []) pack.close();
    this.#packs = undefined;
  }

  #packed(id: string): GitObject | undefined {
    for (const pack of (this.#packs ??= this.#openPacks())) {
      const object = pack.get(id, (base) => this.get(base));
      if (object) return object;
    }
    return undefined;
  }

  #openPacks(): PackFile[] {
    const packs: PackFile[] = [];
    for (const dir of this.#folder.objectDirs) {
      const folder = join(dir, 'pack');
      for (const name of namesIn(folder)) {
        if (!name.endsWith('.idx')) continue;
        packs.push(new PackFile(join(folder, name.slice(0, -4)), this.format, this.#limits));
      }
    }
    return packs;
  }

  #loose(id: string): GitObject | undefined {
    for (const dir of this.#folder.objectDirs) {
      let compressed: Uint8Array;
      try {
        compressed = readFileSync(join(dir, id.slice(0, 2), id.slice(2)));
      } catch {
        continue;
      }
      return parseLooseObject(id, compressed, this.#limits.maxObjectBytes);
    }
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}
