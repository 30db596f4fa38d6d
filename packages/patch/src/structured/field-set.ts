import { createRecord, isRecord, setOwn } from '@gitops-toolkit/core';

import { guardDepth } from '../depth.ts';
import { PatchError } from '../errors.ts';
import { parsePathElement, type PathElement, sortElements } from './path-element.ts';

/** What a set says about one step: whether it is a member itself, and which members are below it. */
export interface FieldNode {
  readonly member: boolean;
  /** Never empty. */
  readonly children: FieldSet | undefined;
}

/** The node of a member without members below it. */
export const LEAF_NODE: FieldNode = { member: true, children: undefined };

/**
 * A set of paths into an object: the fields that somebody owns.
 *
 * It is a tree of {@link PathElement}s, as `managedFields` writes it. A member does not imply
 * what is above or below it: owning `.spec` and owning `.spec.replicas` are independent. Sets
 * never change; operations share parts with their operands.
 *
 * @example
 * ```ts
 * import { FieldSet, pathString } from '@gitops-toolkit/patch';
 *
 * const owned = FieldSet.fromFieldsV1({ 'f:spec': { 'f:replicas': {}, 'f:paused': {} } });
 * const rest = owned.difference(FieldSet.fromPaths([['f:spec', 'f:paused']]));
 * [...rest.paths()].map(pathString); // ['.spec.replicas']
 * ```
 */
export class FieldSet {
  static readonly EMPTY: FieldSet = new FieldSet(new Map());

  /** The first steps, in no particular order. */
  readonly nodes: ReadonlyMap<PathElement, FieldNode>;

  /** The same as JSON, once it is known: most sets are written as they were read. */
  #fieldsV1: Record<string, unknown> | undefined;

  private constructor(nodes: ReadonlyMap<PathElement, FieldNode>) {
    this.nodes = nodes;
  }

  /** The set with these nodes, none of which may be without members. The map is not copied. */
  static ofNodes(nodes: ReadonlyMap<PathElement, FieldNode>): FieldSet {
    return nodes.size === 0 ? FieldSet.EMPTY : new FieldSet(nodes);
  }

  /** The set of these paths. The empty path is nobody's and is left out. */
  static fromPaths(paths: Iterable<readonly PathElement[]>): FieldSet {
    const builder = new FieldSetBuilder();
    for (const path of paths) builder.insert(path);
    return builder.build();
  }

  /**
   * Reads `fieldsV1` of an entry of `managedFields`.
   *
   * @throws PatchError `PATCH_FIELDS_INVALID` where it is malformed, `PATCH_LIMIT` where it is
   * nested too deeply.
   */
  static fromFieldsV1(fields: unknown): FieldSet {
    const { children } = readFields(fields, 0);
    if (!children) return FieldSet.EMPTY;
    children.#fieldsV1 = fields as Record<string, unknown>;
    return children;
  }

  /**
   * The set as `fieldsV1`, in the order in which the API server writes it. A set that was read
   * gives what it was read from; the result must not be changed.
   */
  toFieldsV1(): Record<string, unknown> {
    if (this.isEmpty()) return createRecord();
    return (this.#fieldsV1 ??= this.#encode());
  }

  #encode(): Record<string, unknown> {
    const fields = createRecord();
    for (const element of this.#sortedElements()) {
      const { member, children } = this.nodes.get(element) as FieldNode;
      const below = children ? children.toFieldsV1() : createRecord();
      setOwn(fields, element, member && children ? { '.': {}, ...below } : below);
    }
    return fields;
  }

  #sortedElements(): PathElement[] {
    return sortElements([...this.nodes.keys()]);
  }

  isEmpty(): boolean {
    return this.nodes.size === 0;
  }

  /** How many paths the set has. */
  get size(): number {
    let size = 0;
    for (const { member, children } of this.nodes.values()) size += (member ? 1 : 0) + (children?.size ?? 0);
    return size;
  }

  /** Whether the path itself is a member. */
  has(path: readonly PathElement[]): boolean {
    return this.#hasFrom(path, 0);
  }

  #hasFrom(path: readonly PathElement[], step: number): boolean {
    const node = this.nodes.get(path[step] ?? '');
    if (!node || step === path.length - 1) return node?.member ?? false;
    return node.children ? node.children.#hasFrom(path, step + 1) : false;
  }

  /** The members below a step, with the step left out. */
  below(element: PathElement): FieldSet {
    return this.nodes.get(element)?.children ?? FieldSet.EMPTY;
  }

  /** The paths, sorted; those of one level come before those below it. */
  *paths(): Generator<PathElement[]> {
    const elements = this.#sortedElements();
    for (const element of elements) if (this.nodes.get(element)?.member) yield [element];
    for (const element of elements) {
      for (const path of this.below(element).paths()) yield [element, ...path];
    }
  }

  equals(other: FieldSet): boolean {
    if (this === other) return true;
    if (this.nodes.size !== other.nodes.size) return false;
    for (const [element, node] of this.nodes) {
      const match = other.nodes.get(element);
      if (!match || match.member !== node.member || !sameChildren(node.children, match.children))
        return false;
    }
    return true;
  }

  /** Whether the other set has all these paths. */
  isSubsetOf(other: FieldSet): boolean {
    if (this === other) return true;
    for (const [element, { member, children }] of this.nodes) {
      const match = other.nodes.get(element);
      if (!match || (member && !match.member)) return false;
      if (children && !(match.children && children.isSubsetOf(match.children))) return false;
    }
    return true;
  }

  /** The paths of either set. */
  union(other: FieldSet): FieldSet {
    if (other.isEmpty() || this === other) return this;
    if (this.isEmpty()) return other;
    const nodes = new Map(this.nodes);
    for (const [element, node] of other.nodes) {
      const mine = nodes.get(element);
      nodes.set(element, mine ? joinNodes(mine, node) : node);
    }
    return new FieldSet(nodes);
  }

  /** The paths of both sets. */
  intersection(other: FieldSet): FieldSet {
    if (this === other) return this;
    const nodes = new Map<PathElement, FieldNode>();
    for (const [element, node] of this.nodes) {
      const match = other.nodes.get(element);
      if (!match) continue;
      const children = node.children && match.children && node.children.intersection(match.children);
      putNode(nodes, element, node.member && match.member, children);
    }
    return FieldSet.ofNodes(nodes);
  }

  /** The paths that the other set does not have. A path stays when only one above it goes. */
  difference(other: FieldSet): FieldSet {
    return this.#subtract(other, false);
  }

  /** The paths that the other set does not have and that are not below one that it has. */
  recursiveDifference(other: FieldSet): FieldSet {
    return this.#subtract(other, true);
  }

  #subtract(other: FieldSet, recursive: boolean): FieldSet {
    if (this.isEmpty() || other.isEmpty()) return this;
    const nodes = new Map<PathElement, FieldNode>();
    let changed = false;
    for (const [element, node] of this.nodes) {
      const match = other.nodes.get(element);
      const rest = match ? subtractNode(node, match, recursive) : node;
      if (rest !== node) changed = true;
      if (rest) nodes.set(element, rest);
    }
    return changed ? FieldSet.ofNodes(nodes) : this;
  }
}

function sameChildren(a: FieldSet | undefined, b: FieldSet | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.equals(b));
}

function joinNodes(a: FieldNode, b: FieldNode): FieldNode {
  if (a === b) return a;
  const children = a.children && b.children ? a.children.union(b.children) : (a.children ?? b.children);
  const member = a.member || b.member;
  return member && !children ? LEAF_NODE : { member, children };
}

function subtractNode(node: FieldNode, match: FieldNode, recursive: boolean): FieldNode | undefined {
  if (recursive && match.member) return undefined;
  const member = node.member && !match.member;
  let children = node.children;
  if (children && match.children) {
    children = recursive ? children.recursiveDifference(match.children) : children.difference(match.children);
    if (children.isEmpty()) children = undefined;
  }
  if (member === node.member && children === node.children) return node;
  return member || children ? { member, children } : undefined;
}

/** Adds a node unless it would be without members. */
export function putNode(
  nodes: Map<PathElement, FieldNode>,
  element: PathElement,
  member: boolean,
  children: FieldSet | undefined,
): void {
  const below = children?.isEmpty() ? undefined : children;
  if (below) nodes.set(element, { member, children: below });
  else if (member) nodes.set(element, LEAF_NODE);
}

function readFields(fields: unknown, depth: number): { children: FieldSet | undefined; member: boolean } {
  guardDepth(depth);
  if (!isRecord(fields)) throw new PatchError('PATCH_FIELDS_INVALID', 'fieldsV1 must be made of maps');
  const nodes = new Map<PathElement, FieldNode>();
  let self = false;
  for (const key of Object.keys(fields)) {
    if (key === '.') {
      self = true;
      continue;
    }
    const element = parsePathElement(key);
    if (element === undefined) continue;
    const { children, member } = readFields(fields[key], depth + 1);
    nodes.set(element, children ? { member, children } : LEAF_NODE);
  }
  return nodes.size > 0
    ? { children: FieldSet.ofNodes(nodes), member: self }
    : { children: undefined, member: true };
}

interface OpenNode {
  member: boolean;
  children: Map<PathElement, OpenNode> | undefined;
}

/** Collects paths one by one. */
export class FieldSetBuilder {
  readonly #root = new Map<PathElement, OpenNode>();

  insert(path: readonly PathElement[], last?: PathElement): void {
    const steps = last === undefined ? path.length - 1 : path.length;
    if (steps < 0) return;
    let nodes = this.#root;
    for (let i = 0; i < steps; i++) {
      const node = openNode(nodes, path[i] as string);
      nodes = node.children ??= new Map();
    }
    openNode(nodes, last ?? (path[steps] as string)).member = true;
  }

  build(): FieldSet {
    return close(this.#root);
  }
}

function openNode(nodes: Map<PathElement, OpenNode>, element: PathElement): OpenNode {
  let node = nodes.get(element);
  if (!node) nodes.set(element, (node = { member: false, children: undefined }));
  return node;
}

function close(open: ReadonlyMap<PathElement, OpenNode>): FieldSet {
  const nodes = new Map<PathElement, FieldNode>();
  for (const [element, { member, children }] of open)
    putNode(nodes, element, member, children && close(children));
  return FieldSet.ofNodes(nodes);
}
