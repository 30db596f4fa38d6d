import { createRecord, isEqual, setOwn } from '@gitops-toolkit/core';

import { type Atom, asList, asMap, fieldAtom, kindIn, type ListType, type MapType } from './atom.ts';
import { itemElement } from './list-item.ts';
import type { PathElement } from './path-element.ts';

/**
 * Merges a configuration into a value of the same type: where both say something, the
 * configuration wins. Nothing is removed. What the configuration does not change is shared, and
 * where it changes nothing at all the very same value comes back.
 *
 * `undefined` stands for nothing, other than `null`.
 */
export function mergeValues(live: unknown, config: unknown, atom: Atom): unknown {
  if (config === undefined) return live;
  if (live === undefined || live === config) return config;
  switch (kindIn(atom, config)) {
    case 'map':
      return mergeMaps(live, config, atom.map as MapType);
    case 'list':
      return mergeLists(live, config, atom.list as ListType);
    case 'scalar':
      return replace(live, config);
  }
}

/** The configuration's value, unless that is the same: what does not change stays shared. */
function replace(live: unknown, config: unknown): unknown {
  return isEqual(live, config) ? live : config;
}

function mergeMaps(live: unknown, config: unknown, type: MapType): unknown {
  const before = asMap(live);
  const changes = asMap(config);
  if (type.atomic) return replace(live, config);
  if (isEmpty(changes)) return isEmpty(before) ? replace(live, config) : live;
  if (!changes || isEmpty(before) || !before) return config;
  let merged: Record<string, unknown> | undefined;
  for (const name of Object.keys(changes)) {
    const old = Object.hasOwn(before, name) ? before[name] : undefined;
    const atom = fieldAtom(type, name);
    const value = atom ? mergeValues(old, changes[name], atom) : changes[name];
    if (value === old) continue;
    merged ??= copyMap(before);
    setOwn(merged, name, value);
  }
  return merged ?? live;
}

function isEmpty(map: Record<string, unknown> | undefined): boolean {
  if (!map) return true;
  for (const key in map) if (Object.hasOwn(map, key)) return false;
  return true;
}

function copyMap(map: Record<string, unknown>): Record<string, unknown> {
  const copy = createRecord();
  for (const key of Object.keys(map)) setOwn(copy, key, map[key]);
  return copy;
}

function mergeLists(live: unknown, config: unknown, type: ListType): unknown {
  const before = asList(live) ?? [];
  const changes = asList(config) ?? [];
  if (!type.associative || before.length === 0) return replace(live, config);
  if (changes.length === 0) return live;
  const liveElements = before.map((item) => itemElement(type, item));
  const configElements = changes.map((item) => itemElement(type, item));
  const merged = isSameOrder(liveElements, configElements)
    ? before.map((item, index) => mergeValues(item, changes[index], type.element))
    : new ListMerge(
        type,
        { items: before, elements: liveElements },
        { items: changes, elements: configElements },
      ).merge();
  return merged.length === before.length && merged.every((item, index) => item === before[index])
    ? live
    : merged;
}

function isSameOrder(a: readonly PathElement[], b: readonly PathElement[]): boolean {
  return a.length === b.length && a.every((element, index) => element === b[index]);
}

interface IndexedList {
  readonly items: readonly unknown[];
  readonly elements: readonly PathElement[];
}

/**
 * Merges two associative lists. Shared items take the order of the configuration; items that
 * only the live list has keep their places between these as well as that allows.
 */
class ListMerge {
  readonly #type: ListType;
  readonly #live: IndexedList;
  readonly #liveItems = new Map<PathElement, unknown>();
  readonly #config: IndexedList;
  readonly #configItems = new Map<PathElement, unknown>();
  readonly #merged = new Set<PathElement>();
  readonly #out: unknown[] = [];
  /** The shared items that are still to come, in the order of the configuration. */
  readonly #shared: readonly PathElement[];
  #nextShared = 0;

  constructor(type: ListType, live: IndexedList, config: IndexedList) {
    this.#type = type;
    this.#live = live;
    this.#config = config;
    live.elements.forEach((element, index) => {
      // Items that share their keys cannot be merged with: the configuration replaces them.
      this.#liveItems.set(element, this.#liveItems.has(element) ? null : live.items[index]);
    });
    config.elements.forEach((element, index) => this.#configItems.set(element, config.items[index]));
    this.#shared = config.elements.filter((element) => this.#liveItems.has(element));
  }

  merge(): unknown[] {
    let l = 0;
    let c = 0;
    while (l < this.#live.items.length || c < this.#config.items.length) {
      const live = this.#live.elements[l];
      const config = this.#config.elements[c];
      if (live !== undefined && live === config) {
        this.#takeMerged(live);
        this.#nextShared++;
        l++;
        c++;
      } else if (live !== undefined && config !== undefined && this.#isLater(live)) {
        l++;
      } else if (live !== undefined && !this.#configItems.has(live)) {
        this.#out.push(this.#live.items[l++]);
      } else {
        if (live !== undefined && this.#merged.has(live)) l++;
        if (config !== undefined) {
          this.#takeMerged(config);
          if (this.#shared[this.#nextShared] === config) this.#nextShared++;
          c++;
        }
      }
    }
    return this.#out;
  }

  /** Whether a live item is in the configuration, but not the one whose turn it is. */
  #isLater(live: PathElement): boolean {
    const next = this.#shared[this.#nextShared];
    return next !== undefined && next !== live && this.#configItems.has(live);
  }

  #takeMerged(element: PathElement): void {
    this.#merged.add(element);
    this.#out.push(
      mergeValues(this.#liveItems.get(element), this.#configItems.get(element), this.#type.element),
    );
  }
}
