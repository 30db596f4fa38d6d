import type { ObjectDatabase, StoredObject } from './object-database.ts';
import { NO_FILTER, type ObjectFilter } from './object-filter.ts';
import { readLinks, readTree } from './object-links.ts';

/** What of a repository a client asks for. */
export interface Selection {
  readonly wants: readonly string[];
  /** What the client has already, with all that it names. */
  readonly haves: readonly string[];
  /** Commits whose parents the client does not have. */
  readonly clientShallow: ReadonlySet<string>;
  /** How many commits deep; absent for all. */
  readonly depth?: number;
  readonly filter?: ObjectFilter;
}

/** The objects to send, and where history is cut. */
export interface Selected {
  readonly objects: StoredObject[];
  readonly shallow: string[];
  readonly unshallow: string[];
}

/** Finds what a client needs and does not have. */
export function selectObjects(database: ObjectDatabase, selection: Selection): Selected {
  const { wants, haves, clientShallow, depth, filter = NO_FILTER } = selection;
  const known = new Set<string>();
  const old = collectCommits(database, haves, (id) => !clientShallow.has(id));
  for (const id of old.order) {
    known.add(id);
    const { tree } = readLinks(database.get(id)!);
    if (tree !== undefined) addTree(database, tree, known);
  }
  const { order, tags, depths } = collectCommits(
    database,
    wants,
    (_id, at) => depth === undefined || at < depth,
  );
  const chosen = new Set<string>();
  const add = (id: string) => {
    if (!known.has(id)) chosen.add(id);
  };
  for (const id of tags) add(id);
  for (const id of order) {
    add(id);
    const { tree } = readLinks(database.get(id)!);
    if (tree !== undefined) addTree(database, tree, chosen, known, filter);
  }
  // What is wanted by its own id comes whatever the filter says.
  for (const id of wants) {
    const type = database.get(id)?.type;
    // Of a tree as many levels as of a commit come below it: git does not count what is named.
    if (type === 'tree') addTree(database, id, chosen, known, filter, -1);
    if (type === 'tree' || type === 'blob') add(id);
  }
  const cut = order.filter(
    (id) => depths.get(id) === depth && readLinks(database.get(id)!).parents.length > 0,
  );
  return {
    objects: [...chosen].map((id) => database.get(id)).filter((object) => object !== undefined),
    shallow: cut.filter((id) => !clientShallow.has(id)),
    unshallow: order.filter((id) => clientShallow.has(id) && !cut.includes(id) && depth !== undefined),
  };
}

/** Commits in order of their distance, and the tags on the way to them. */
function collectCommits(
  database: ObjectDatabase,
  from: readonly string[],
  goesOn: (id: string, depth: number) => boolean,
): { order: string[]; tags: string[]; depths: Map<string, number> } {
  const depths = new Map<string, number>();
  const tags: string[] = [];
  const queue: { id: string; depth: number }[] = from.map((id) => ({ id, depth: 1 }));
  for (const { id, depth } of queue) {
    const object = database.get(id);
    if (!object || depths.has(id)) continue;
    const links = readLinks(object);
    if (object.type === 'tag' && links.target !== undefined) {
      tags.push(id);
      queue.push({ id: links.target, depth });
    } else if (object.type === 'commit') {
      depths.set(id, depth);
      if (goesOn(id, depth)) queue.push(...links.parents.map((parent) => ({ id: parent, depth: depth + 1 })));
    }
  }
  return { order: [...depths.keys()], tags, depths };
}

/** Level by level, so that each tree is taken where it is least deep. */
function addTree(
  database: ObjectDatabase,
  root: string,
  into: Set<string>,
  except: ReadonlySet<string> = into,
  { withoutBlobs, treeDepth }: ObjectFilter = NO_FILTER,
  rootDepth = 0,
): void {
  // Of trees that are cut off, what is taken once need not have all below it.
  const seen = treeDepth === Number.POSITIVE_INFINITY ? into : new Set<string>();
  const queue = [{ id: root, depth: rootDepth }];
  for (const { id, depth } of queue) {
    const object = database.get(id);
    if (!object || seen.has(id) || except.has(id)) continue;
    seen.add(id);
    if (depth < treeDepth) into.add(id);
    if (depth + 1 >= treeDepth) continue;
    for (const item of readTree(object.data, database.algorithm)) {
      if (item.mode === '40000') queue.push({ id: item.id, depth: depth + 1 });
      else if (item.mode !== '160000' && !withoutBlobs && !except.has(item.id)) into.add(item.id);
    }
  }
}

/** Whether an object and all that it names are there. */
export function isComplete(database: ObjectDatabase, root: string): boolean {
  const seen = new Set<string>();
  const waiting = [root];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const object = database.get(id);
    if (!object) return false;
    if (object.type === 'tree') {
      const items = readTree(object.data, database.algorithm).filter((item) => item.mode !== '160000');
      waiting.push(...items.map((item) => item.id));
    } else if (object.type !== 'blob') {
      const { tree, parents, target } = readLinks(object);
      waiting.push(...parents, ...[tree, target].filter((link) => link !== undefined));
    }
  }
  return true;
}
