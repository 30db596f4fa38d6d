import type { GitHashAlgorithm, StoredObject } from './object-database.ts';

/** A name in a tree object. */
export interface TreeItem {
  /** Octal, as it is written: `100644`. */
  readonly mode: string;
  readonly name: string;
  readonly id: string;
}

/** Reads a tree object. */
export function readTree(data: Buffer, algorithm: GitHashAlgorithm): TreeItem[] {
  const size = algorithm === 'sha1' ? 20 : 32;
  const items: TreeItem[] = [];
  for (let at = 0; at < data.length;) {
    const space = data.indexOf(0x20, at);
    const nul = data.indexOf(0, space);
    items.push({
      mode: data.toString('latin1', at, space),
      name: data.toString('utf8', space + 1, nul),
      id: data.toString('hex', nul + 1, nul + 1 + size),
    });
    at = nul + 1 + size;
  }
  return items;
}

/** Writes a tree object; folders sort as if their names ended in a slash. */
export function writeTree(items: readonly TreeItem[]): Buffer {
  const key = (item: TreeItem) => Buffer.from(item.mode === '40000' ? `${item.name}/` : item.name);
  return Buffer.concat(
    items
      .toSorted((a, b) => Buffer.compare(key(a), key(b)))
      .flatMap((item) => [Buffer.from(`${item.mode} ${item.name}\0`), Buffer.from(item.id, 'hex')]),
  );
}

/** What a commit or a tag names. */
export function readLinks(object: StoredObject): { tree?: string; parents: string[]; target?: string } {
  const text = object.data.toString('utf8');
  const head = text.slice(0, Math.max(text.indexOf('\n\n'), 0) || text.length);
  const values = (key: string) =>
    [...head.matchAll(new RegExp(`^${key} ([0-9a-f]+)$`, 'gm'))].map((m) => m[1] ?? '');
  const [tree] = values('tree');
  const [target] = object.type === 'tag' ? values('object') : [];
  return {
    parents: values('parent'),
    ...(tree === undefined ? {} : { tree }),
    ...(target === undefined ? {} : { target }),
  };
}
