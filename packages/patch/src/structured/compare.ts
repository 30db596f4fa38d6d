import { isEqual } from '@gitops-toolkit/core';

import { type Atom, asList, asMap, fieldAtom, kindIn, type ListType, type MapType } from './atom.ts';
import { type FieldSet, FieldSetBuilder } from './field-set.ts';
import { itemElement } from './list-item.ts';
import { fieldElement, type PathElement } from './path-element.ts';

/** What differs between two values. */
export interface Comparison {
  /** Only in the second. */
  readonly added: FieldSet;
  /** In both, and not the same. */
  readonly modified: FieldSet;
  /** Only in the first. */
  readonly removed: FieldSet;
}

/** Compares two values of one type. `undefined` stands for nothing, other than `null`. */
export function compareValues(left: unknown, right: unknown, atom: Atom): Comparison {
  const walk = new CompareWalk();
  walk.compare(left, right, atom);
  return { added: walk.added.build(), modified: walk.modified.build(), removed: walk.removed.build() };
}

class CompareWalk {
  readonly added = new FieldSetBuilder();
  readonly modified = new FieldSetBuilder();
  readonly removed = new FieldSetBuilder();
  readonly #path: PathElement[] = [];

  compare(left: unknown, right: unknown, atom: Atom): void {
    // Values share what was not changed, which makes this the usual end.
    if (left === right) return;
    const leftKind = left === undefined ? undefined : kindIn(atom, left);
    const rightKind = right === undefined ? leftKind : kindIn(atom, right);
    if (rightKind === undefined) return;
    // A value that became one of another kind counts as both.
    if (leftKind !== undefined && leftKind !== rightKind) this.#compareAs(leftKind, left, right, atom);
    this.#compareAs(rightKind, left, right, atom);
    if (left === undefined) this.added.insert(this.#path);
    else if (right === undefined) this.removed.insert(this.#path);
  }

  #compareAs(kind: 'map' | 'list' | 'scalar', left: unknown, right: unknown, atom: Atom): void {
    if (kind === 'map') this.#compareMaps(left, right, atom.map as MapType);
    else if (kind === 'list') this.#compareLists(left, right, atom.list as ListType);
    else this.#compareLeaves(left, right);
  }

  #compareLeaves(left: unknown, right: unknown): void {
    if (left !== undefined && right !== undefined && !isEqual(left, right)) this.modified.insert(this.#path);
  }

  #compareMaps(left: unknown, right: unknown, type: MapType): void {
    const before = asMap(left);
    const after = asMap(right);
    const names = Object.keys(before ?? {});
    const newNames = Object.keys(after ?? {});
    if (type.atomic || names.length + newNames.length === 0) return this.#compareLeaves(left, right);
    for (const name of names) {
      this.#compareField(
        type,
        name,
        before?.[name],
        after && Object.hasOwn(after, name) ? after[name] : undefined,
      );
    }
    for (const name of newNames) {
      if (!before || !Object.hasOwn(before, name)) this.#compareField(type, name, undefined, after?.[name]);
    }
  }

  #compareField(type: MapType, name: string, left: unknown, right: unknown): void {
    if (left === right) return;
    const atom = fieldAtom(type, name);
    if (!atom) return;
    this.#compareBelow(type.field(name)?.element ?? fieldElement(name), left, right, atom);
  }

  #compareBelow(element: PathElement, left: unknown, right: unknown, atom: Atom): void {
    this.#path.push(element);
    this.compare(left, right, atom);
    this.#path.pop();
  }

  #compareLists(left: unknown, right: unknown, type: ListType): void {
    const before = asList(left) ?? [];
    const after = asList(right) ?? [];
    if (!type.associative || before.length + after.length === 0) return this.#compareLeaves(left, right);
    const lefts = groupItems(type, before);
    const rights = groupItems(type, after);
    for (const [element, items] of lefts) this.#compareItems(type, element, items, rights.get(element) ?? []);
    for (const [element, items] of rights)
      if (!lefts.has(element)) this.#compareItems(type, element, [], items);
  }

  /** Items that share their keys are compared as one value, and change hands as one. */
  #compareItems(
    type: ListType,
    element: PathElement,
    left: readonly unknown[],
    right: readonly unknown[],
  ): void {
    if (left.length <= 1 && right.length <= 1) {
      this.#compareBelow(element, left[0], right[0], type.element);
    } else if (left.length >= 2 && right.length >= 2) {
      if (!isEqual(left, right)) this.modified.insert(this.#path, element);
    } else if (left.length >= 2) {
      if (right.length > 0) this.#compareBelow(element, undefined, right[0], type.element);
      this.removed.insert(this.#path, element);
    } else {
      if (left.length > 0) this.#compareBelow(element, left[0], undefined, type.element);
      this.added.insert(this.#path, element);
    }
  }
}

function groupItems(type: ListType, list: readonly unknown[]): Map<PathElement, unknown[]> {
  const groups = new Map<PathElement, unknown[]>();
  for (const item of list) {
    const element = itemElement(type, item);
    const group = groups.get(element);
    if (group) group.push(item);
    else groups.set(element, [item]);
  }
  return groups;
}
