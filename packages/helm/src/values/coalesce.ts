import { setOwn } from '@gitops-toolkit/core';
import { type GoMap, isGoMap, sprintf, typedMap, typeMark } from '@gitops-toolkit/go-template';
import type { ChartNode } from '../chart/chart-node.ts';
import type { Dialect } from '../dialect.ts';
import { HelmError } from '../errors.ts';
import { OwnedMaps } from './owned-maps.ts';

/** The key of what all charts of a release share. */
const GLOBAL = 'global';

/** How values of charts are put together. */
export interface CoalesceOptions {
  readonly dialect: Dialect;
  /**
   * Keeps nulls, for values that are coalesced once more later: `MergeValues` in Helm. Otherwise a null removes what
   * the chart has.
   */
  readonly keepsNulls: boolean;
  /** Told what does not fit together, in Helm's words. */
  readonly warn?: (message: string) => void;
}

/**
 * The values of a chart and its dependencies with those of the user on top: maps are merged, all else replaced. Each
 * dependency has its own under its name, with what is global. To be read: it shares what did not change with the charts
 * and with `values`.
 *
 * @throws HelmError `HELM_VALUES_INVALID` where the values of a dependency are no map.
 */
export function coalesceValues(node: ChartNode, values: GoMap, options: CoalesceOptions): GoMap {
  const maps = new OwnedMaps();
  return new Coalescer(maps, options).chart(node, maps.copy(values), '');
}

/**
 * The same to be changed, as templates do.
 *
 * @throws HelmError `HELM_VALUES_INVALID` where the values of a dependency are no map.
 */
export function coalesceOwnValues(node: ChartNode, values: GoMap, options: CoalesceOptions): GoMap {
  const maps = new OwnedMaps();
  return maps.finish(new Coalescer(maps, options).chart(node, maps.copy(values), ''));
}

class Coalescer {
  readonly #maps: OwnedMaps;
  readonly #dialect: Dialect;
  readonly #keepsNulls: boolean;
  readonly #warn: (message: string) => void;

  constructor(maps: OwnedMaps, { dialect, keepsNulls, warn = () => {} }: CoalesceOptions) {
    this.#maps = maps;
    this.#dialect = dialect;
    this.#keepsNulls = keepsNulls;
    this.#warn = warn;
  }

  /** @param target one of the maps that may be changed; so it is below */
  chart(node: ChartNode, target: GoMap, prefix: string): GoMap {
    const path = joinPath(prefix, node.name);
    this.#chartValues(node, target, path);
    for (const child of node.dependencies) {
      const given = own(target, child.name);
      const current = given === undefined ? this.#maps.create() : given;
      if (!isGoMap(current)) throw typeMismatch(child.name, current);
      const owned = this.#maps.own(current);
      setOwn(target, child.name, owned);
      this.#globals(owned, target, path);
      this.chart(child, owned, path);
    }
    return target;
  }

  #chartValues(node: ChartNode, target: GoMap, path: string): void {
    const cleans = this.#dialect === 'v4' && !this.#keepsNulls;
    for (const [key, value] of Object.entries(node.values)) {
      if (!Object.hasOwn(target, key)) {
        // Helm 4 lets no null of a chart through.
        if (cleans && value === null) continue;
        setOwn(target, key, cleans && isGoMap(value) ? withoutNulls(value) : value);
        continue;
      }
      const current = target[key] ?? null;
      if (current === null) {
        if (!this.#keepsNulls) delete target[key];
      } else if (isGoMap(current)) {
        if (isGoMap(value)) {
          const keeps = this.#keepsNulls || node.dependencies.some((child) => child.name === key);
          const source = cleans && !keeps ? withoutNulls(value) : value;
          setOwn(target, key, this.table(current, source, joinPath(path, key), keeps));
        } else if (value !== null) this.#warn(`warning: skipped value for ${path}.${key}: Not a table.`);
      }
    }
  }

  /** `target` with what `source` has and it has not: itself where nothing is new, and a copy where it is not owned. */
  table(target: GoMap, source: GoMap, prefix: string, keepsNulls: boolean): GoMap {
    if (target === source) return target;
    let merged = target;
    const change = (): GoMap => (merged = this.#maps.own(merged));
    for (const [key, value] of Object.entries(source)) {
      if (!Object.hasOwn(target, key)) {
        setOwn(change(), key, value);
        continue;
      }
      const current = target[key] ?? null;
      if (current === null) {
        if (!keepsNulls && value !== null) delete change()[key];
      } else if (isGoMap(value)) {
        if (!isGoMap(current)) {
          this.#warn(`warning: cannot overwrite table with non table for ${joinPath(prefix, key)}`);
          continue;
        }
        const inner = this.table(current, value, joinPath(prefix, key), keepsNulls);
        if (inner !== current) setOwn(change(), key, inner);
      } else if (isGoMap(current) && value !== null) {
        this.#warn(`warning: destination for ${joinPath(prefix, key)} is a table. Ignoring non-table value`);
      }
    }
    return merged;
  }

  /**
   * What is global goes down into the dependencies, and counts for more there. Maps within what is global are the same in
   * a chart and its dependencies, as they are in Helm: what a template sets in one, is in the other.
   */
  #globals(target: GoMap, source: GoMap, prefix: string): void {
    const into = own(target, GLOBAL) ?? this.#maps.create();
    const from = own(source, GLOBAL) ?? this.#maps.create();
    if (!isGoMap(into) || !isGoMap(from)) {
      const which = isGoMap(into) ? 'source' : 'destination';
      this.#warn(`warning: skipping globals because ${which} ${GLOBAL} is not a table.`);
      return;
    }
    const owned = this.#maps.ownAll(into);
    const shared = this.#maps.ownAll(from);
    if (Object.hasOwn(source, GLOBAL)) setOwn(source, GLOBAL, shared);
    for (const [key, value] of Object.entries(shared)) this.#global(owned, key, value, prefix);
    setOwn(target, GLOBAL, owned);
  }

  #global(into: GoMap, key: string, value: unknown, prefix: string): void {
    const current = own(into, key);
    if (!isGoMap(value)) {
      if (isGoMap(current)) this.#warn(`key ${key} is table. Skipping`);
      else setOwn(into, key, value);
      return;
    }
    const copy = this.#maps.copy(value);
    if (Object.hasOwn(into, key)) {
      if (!isGoMap(current)) {
        this.#warn(`Conflict: cannot merge map onto non-map for "${key}". Skipping.`);
        return;
      }
      this.table(copy, current, joinPath(prefix, key), true);
    }
    setOwn(into, key, copy);
  }
}

/** A map with what another has and it has not; nulls stay. */
export function mergeTables(target: GoMap, source: GoMap): GoMap {
  return new Coalescer(new OwnedMaps(), { dialect: 'v4', keepsNulls: true }).table(target, source, '', true);
}

/** The map without its nulls and those in the maps in it: itself where there are none. */
function withoutNulls(map: GoMap): GoMap {
  const entries = Object.entries(map);
  const kept = entries
    .filter(([, value]) => value !== null)
    .map(([key, value]) => [key, isGoMap(value) ? withoutNulls(value) : value] as const);
  const isSame = kept.length === entries.length && kept.every(([key, value]) => value === map[key]);
  return isSame ? map : typedMap(typeMark(map) ?? 'map[string]interface {}', kept);
}

function own(map: GoMap, key: string): unknown {
  return Object.hasOwn(map, key) ? (map[key] ?? null) : undefined;
}

const joinPath = (prefix: string, key: string): string => (prefix === '' ? key : `${prefix}.${key}`);

function typeMismatch(name: string, value: unknown): HelmError {
  return new HelmError('HELM_VALUES_INVALID', `type mismatch on ${name}: ${sprintf('%t', [value])}`, {
    hint: `The values under ${name} are those of the chart of that name: make them a map.`,
  });
}
