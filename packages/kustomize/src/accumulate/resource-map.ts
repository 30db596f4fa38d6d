import { KustomizeError } from '../errors.ts';
import { idString, isSameId, type ResourceId } from './resource-id.ts';
import type { ResourceNode } from './resource-node.ts';

/**
 * The resources of a build, in order, no two with the same id, with an index by name, so that looking
 * one up costs the same in a tree of ten thousand.
 */
export class ResourceMap {
  #nodes: ResourceNode[] = [];
  /** By each name that a node has had; may hold nodes that are gone or renamed, never lacks one. */
  #byName = new Map<string, Set<ResourceNode>>();
  #changed = new Set<ResourceNode>();
  #hasDeleted = false;

  get size(): number {
    return this.#nodes.length;
  }

  get nodes(): readonly ResourceNode[] {
    return this.#nodes;
  }

  /** @throws KustomizeError KUSTOMIZE_DUPLICATE_ID when a resource with this id is there already. */
  append(node: ResourceNode): void {
    const { id } = node;
    const [other] = this.withCurrentId(id);
    if (other) {
      const where = other.source ? ` (it is in ${other.source.file}:${other.source.line ?? 1})` : '';
      throw new KustomizeError(
        'KUSTOMIZE_DUPLICATE_ID',
        `may not add resource with an already registered id: ${idString(id)}`,
        {
          object: node.ref,
          ...node.place,
          hint: `Two resources of one build cannot have the same kind, name and namespace${where}. Remove one, or patch it instead.`,
        },
      );
    }
    this.#nodes.push(node);
    this.#indexNames(node);
  }

  appendAll(nodes: Iterable<ResourceNode>): void {
    for (const node of nodes) this.append(node);
  }

  /** Puts a node in the place of another. */
  replace(old: ResourceNode, node: ResourceNode): void {
    this.#nodes[this.#nodes.indexOf(old)] = node;
    for (const name of old.names) this.#byName.get(name)?.delete(old);
    this.#indexNames(node);
  }

  /** Keeps the nodes that pass, and the order. */
  retain(passes: (node: ResourceNode) => boolean): void {
    if (this.#nodes.every(passes)) return;
    this.#nodes = this.#nodes.filter(passes);
    this.#reindex();
  }

  /** Lets go of the nodes that were marked as deleted before their change was noted. */
  dropDeleted(): void {
    if (!this.#hasDeleted) return;
    this.#hasDeleted = false;
    this.#nodes = this.#nodes.filter((node) => !node.isDeleted);
  }

  /** Puts the nodes into another order. */
  reorder(nodes: readonly ResourceNode[]): void {
    this.#nodes = [...nodes];
  }

  /**
   * To be called by whatever may have changed a node, or marked it as deleted: what has to follow a change
   * then looks at these nodes alone, not at all of them after each of a thousand patches.
   */
  noteChange(node: ResourceNode): void {
    this.#changed.add(node);
    if (node.isDeleted) this.#hasDeleted = true;
  }

  /** As {@link noteChange}, for what may have renamed the node. */
  noteNames(node: ResourceNode): void {
    this.noteChange(node);
    if (!node.isDeleted) this.#indexNames(node);
  }

  /** The nodes that were changed since the last call. */
  takeChanged(): ReadonlySet<ResourceNode> {
    const changed = this.#changed;
    if (changed.size > 0) this.#changed = new Set();
    return changed;
  }

  /** The nodes that have now, or had once, this name, in no particular order. */
  everNamed(name: string): ResourceNode[] {
    const named: ResourceNode[] = [];
    for (const node of this.#byName.get(name) ?? []) {
      if (!node.isDeleted && node.hasEverBeen(name)) named.push(node);
    }
    return named;
  }

  withCurrentId(id: ResourceId): ResourceNode[] {
    return this.everNamed(id.name).filter((node) => isSameId(id, node.id));
  }

  /** The nodes one of whose ids, present or previous, passes; all candidates have had the name. */
  withAnyId(name: string, passes: (id: ResourceId) => boolean): ResourceNode[] {
    return this.everNamed(name).filter((node) => passes(node.id) || node.previousIds.some(passes));
  }

  /** Nodes of the map in its order. */
  inOrder(nodes: readonly ResourceNode[]): readonly ResourceNode[] {
    if (nodes.length < 2) return nodes;
    const wanted = new Set(nodes);
    return this.#nodes.filter((node) => wanted.has(node));
  }

  #indexNames(node: ResourceNode): void {
    for (const name of node.names) {
      const nodes = this.#byName.get(name);
      if (nodes) nodes.add(node);
      else this.#byName.set(name, new Set([node]));
    }
  }

  #reindex(): void {
    this.#byName = new Map();
    for (const node of this.#nodes) this.#indexNames(node);
  }
}
