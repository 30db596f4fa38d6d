import { deepCopy, type GoMap, isGoMap, typedMap, typeMark } from '@gitops-toolkit/go-template';

/**
 * Tells the maps and lists that were made here, and may be changed, from those that belong to a chart or a caller and
 * are the same in every render: of these, copies are changed. Most of the values of a chart are never changed.
 */
export class OwnedMaps {
  readonly #owned = new WeakSet<object>();

  /** An empty map. */
  create(): GoMap {
    return this.#take(typedMap('map[string]interface {}'));
  }

  /** The map, or a copy of it where it is not one of these; what is in it stays as it is. */
  own(map: GoMap): GoMap {
    return this.#owned.has(map) ? map : this.copy(map);
  }

  /** A copy whose entries are those of the map. */
  copy(map: GoMap): GoMap {
    const copy = typedMap(typeMark(map) ?? 'map[string]interface {}');
    for (const key of Object.keys(map)) copy[key] = map[key];
    return this.#take(copy);
  }

  /** The same with all maps and lists in it. What has two places in it has two copies, unless it is one of these. */
  ownAll(map: GoMap): GoMap {
    return this.#ownAll(map, new Set(), (copy) => this.#takeAll(copy)) as GoMap;
  }

  /** The same for the last time: what is copied need not be known any more. */
  finish(map: GoMap): GoMap {
    return this.#ownAll(map, new Set(), () => {}) as GoMap;
  }

  #ownAll(value: unknown, done: Set<object>, take: (copy: unknown) => void): unknown {
    const isMap = isGoMap(value);
    if (!isMap && !Array.isArray(value)) return value;
    if (!this.#owned.has(value)) {
      const copy = deepCopy(value);
      take(copy);
      return copy;
    }
    if (!isMap || done.has(value)) return value;
    done.add(value);
    for (const key of Object.keys(value)) value[key] = this.#ownAll(value[key], done, take);
    return value;
  }

  #takeAll(value: unknown): void {
    if (Array.isArray(value)) this.#take(value).forEach((item) => this.#takeAll(item));
    else if (isGoMap(value)) for (const key of Object.keys(this.#take(value))) this.#takeAll(value[key]);
  }

  #take<T extends object>(value: T): T {
    this.#owned.add(value);
    return value;
  }
}
