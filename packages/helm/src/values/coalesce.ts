import { setOwn } from '@gitops-toolkit/core';
import { deepCopy, type GoMap, isGoMap, sprintf, typedMap } from '@gitops-toolkit/go-template';
import type { ChartNode } from '../chart/chart-node.ts';
import type { Dialect } from '../dialect.ts';
import { HelmError } from '../errors.ts';

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
 * dependency has its own under its name, with what is global.
 *
 * @throws HelmError `HELM_VALUES_INVALID` where the values of a dependency are no map.
 */
export function coalesceValues(node: ChartNode, values: GoMap, options: CoalesceOptions): GoMap {
  return new Coalescer(options).chart(node, deepCopy(values) as GoMap, '');
}

class Coalescer {
  readonly #dialect: Dialect;
  readonly #keepsNulls: boolean;
  readonly #warn: (message: string) => void;

  constructor({ dialect, keepsNulls, warn = () => {} }: CoalesceOptions) {
    this.#dialect = dialect;
    this.#keepsNulls = keepsNulls;
    this.#warn = warn;
  }

  chart(node: ChartNode, target: GoMap, prefix: string): GoMap {
    const path = joinPath(prefix, node.name);
    this.#chartValues(node, target, path);
    for (const child of node.dependencies) {
      const given = own(target, child.name);
      const current = given === undefined ? typedMap('map[string]interface {}') : given;
      if (!isGoMap(current)) throw typeMismatch(child.name, current);
      setOwn(target, child.name, current);
      this.#globals(current, target, path);
      setOwn(target, child.name, this.chart(child, current, path));
    }
    return target;
  }

  #chartValues(node: ChartNode, target: GoMap, path: string): void {
    const cleans = this.#dialect === 'v4' && !this.#keepsNulls;
    for (const [key, value] of Object.entries(deepCopy(node.values) as GoMap)) {
      if (!Object.hasOwn(target, key)) {
        // Helm 4 lets no null of a chart through.
        if (cleans && value === null) continue;
        if (cleans && isGoMap(value)) dropNulls(value);
        setOwn(target, key, value);
        continue;
      }
      const current = target[key] ?? null;
      if (current === null) {
        if (!this.#keepsNulls) delete target[key];
      } else if (isGoMap(current)) {
        if (isGoMap(value)) {
          const keeps = this.#keepsNulls || node.dependencies.some((child) => child.name === key);
          if (cleans && !keeps) dropNulls(value);
          this.table(current, value, joinPath(path, key), keeps);
        } else if (value !== null) this.#warn(`warning: skipped value for ${path}.${key}: Not a table.`);
      }
    }
  }

  /** Merges `source` into `target`, which counts for more. */
  table(target: GoMap, source: GoMap, prefix: string, keepsNulls: boolean): void {
    const notNull = new Set(Object.keys(source).filter((key) => source[key] !== null));
    for (const [key, value] of Object.entries(target)) if (value === null) setOwn(source, key, null);
    for (const [key, value] of Object.entries(source)) {
      const current = own(target, key);
      const isThere = Object.hasOwn(target, key);
      if (isThere && !keepsNulls && current === null && notNull.has(key)) delete target[key];
      else if (!isThere) setOwn(target, key, value);
      else if (isGoMap(value)) {
        if (isGoMap(current)) this.table(current, value, joinPath(prefix, key), keepsNulls);
        else this.#warn(`warning: cannot overwrite table with non table for ${joinPath(prefix, key)}`);
      } else if (isGoMap(current) && value !== null) {
        this.#warn(`warning: destination for ${joinPath(prefix, key)} is a table. Ignoring non-table value`);
      }
    }
  }

  /** What is global goes down into the dependencies, and counts for more there. */
  #globals(target: GoMap, source: GoMap, prefix: string): void {
    const into = own(target, GLOBAL) ?? typedMap('map[string]interface {}');
    const from = own(source, GLOBAL) ?? typedMap('map[string]interface {}');
    if (!isGoMap(into) || !isGoMap(from)) {
      const which = isGoMap(into) ? 'source' : 'destination';
      this.#warn(`warning: skipping globals because ${which} ${GLOBAL} is not a table.`);
      return;
    }
    for (const [key, value] of Object.entries(from)) this.#global(into, key, value, prefix);
    setOwn(target, GLOBAL, into);
  }

  #global(into: GoMap, key: string, value: unknown, prefix: string): void {
    const current = own(into, key);
    if (!isGoMap(value)) {
      if (isGoMap(current)) this.#warn(`key ${key} is table. Skipping`);
      else setOwn(into, key, value);
      return;
    }
    const copy = typedMap('map[string]interface {}', Object.entries(value));
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

/** Merges a map into another, which counts for more; nulls stay. */
export function mergeTables(target: GoMap, source: GoMap): GoMap {
  new Coalescer({ dialect: 'v4', keepsNulls: true }).table(target, source, '', true);
  return target;
}

function dropNulls(map: GoMap): void {
  for (const [key, value] of Object.entries(map)) {
    if (value === null) delete map[key];
    else if (isGoMap(value)) dropNulls(value);
  }
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
