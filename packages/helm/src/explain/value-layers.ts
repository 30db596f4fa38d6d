import { isRecord } from '@gitops-toolkit/core';
import type { GoMap, ValuePath } from '@gitops-toolkit/go-template';
import type { ChartNode } from '../chart/chart-node.ts';
import type { Dialect } from '../dialect.ts';
import type { ValuesInput } from '../values/user-values.ts';
import type { ValueOrigin } from './explanation.ts';
import { userLayers } from './user-layers.ts';
import { MapLayer, type ValueLayer } from './value-layer.ts';
import { YamlLayer } from './yaml-layer.ts';

/** A value as a layer has it. */
export interface LayeredValue {
  readonly value: unknown;
  readonly origin: ValueOrigin;
}

/** A path within a layer. */
type Candidate = readonly [layer: ValueLayer, path: ValuePath];

/** The layers that values of a release were put together of: those that count for more come first. */
export class ValueLayers {
  readonly #root: ChartNode;
  readonly #dialect: Dialect;
  readonly #user: readonly ValueLayer[];
  readonly #charts = new Map<ChartNode, ValueLayer | undefined>();

  /** @param input how the user's values were made, where that is known */
  constructor(root: ChartNode, values: GoMap, input: ValuesInput | undefined, dialect: Dialect) {
    this.#root = root;
    this.#dialect = dialect;
    this.#user = input ? userLayers(input, dialect) : [new MapLayer(values, () => ({ kind: 'user' }))];
  }

  /** Who has given the value at a path from the root chart's values; nothing where nobody has. */
  find(path: ValuePath): LayeredValue | undefined {
    for (const [layer, at] of this.#candidates(path)) {
      if (layer.has(at)) return { value: layer.value(at), origin: layer.origin(at) };
    }
    return undefined;
  }

  /** The names that the layers have in a map. */
  keysOf(path: ValuePath): Set<string> {
    const names = new Set<string>();
    for (const [layer, at] of this.#candidates(path)) {
      const value = layer.has(at) ? layer.value(at) : undefined;
      if (typeof value === 'object' && value !== null) for (const name of Object.keys(value)) names.add(name);
    }
    return names;
  }

  /** The `values.yaml` of the chart that a value is for. */
  homeOf(path: ValuePath): string {
    let node = this.#root;
    for (const step of path) {
      const child = node.dependencies.find(({ name }) => name === step);
      if (!child) break;
      node = child;
    }
    return valuesFile(node);
  }

  *#candidates(path: ValuePath): Iterable<Candidate> {
    for (const each of globalPaths(path)) {
      for (const layer of this.#user) yield [layer, each];
      yield* this.#chartCandidates(this.#root, each);
    }
  }

  /** A chart's own values count for more than those that it imports, and these for more than those of a dependency. */
  *#chartCandidates(node: ChartNode, path: ValuePath): Iterable<Candidate> {
    const layer = this.#layerOf(node);
    if (layer) yield [layer, path];
    yield* this.#importCandidates(node, path);
    const child = node.dependencies.find(({ name }) => name === path[0]);
    if (child) yield* this.#chartCandidates(child, path.slice(1));
  }

  *#importCandidates(node: ChartNode, path: ValuePath): Iterable<Candidate> {
    for (const { name, alias, importValues = [] } of node.chart.metadata.dependencies ?? []) {
      const child = node.dependencies.find((each) => each.name === (alias || name));
      for (const entry of child ? importValues : []) {
        const from = importedPath(entry, path);
        if (child && from) yield* this.#chartCandidates(child, from);
      }
    }
  }

  #layerOf(node: ChartNode): ValueLayer | undefined {
    if (!this.#charts.has(node)) this.#charts.set(node, chartLayer(node, this.#dialect));
    return this.#charts.get(node);
  }
}

/** What is global in a dependency comes from the charts around it before it comes from its own values. */
function globalPaths(path: ValuePath): ValuePath[] {
  const at = path.indexOf('global');
  if (at <= 0) return [path];
  return Array.from({ length: at + 1 }, (_, i) => [...path.slice(0, i), ...path.slice(at)]);
}

/** Where in a dependency the value comes from that an entry of `import-values` brings to a path. */
function importedPath(entry: unknown, path: ValuePath): ValuePath | undefined {
  const named = typeof entry === 'string' ? { child: `exports.${entry}`, parent: '.' } : entry;
  if (!isRecord(named)) return undefined;
  const { child, parent } = named;
  if (typeof child !== 'string' || typeof parent !== 'string') return undefined;
  const target = parent === '.' ? [] : parent.split('.');
  if (!target.every((step, i) => path[i] === step)) return undefined;
  return [...child.split('.'), ...path.slice(target.length)];
}

function chartLayer(node: ChartNode, dialect: Dialect): ValueLayer | undefined {
  const file = node.chart.raw.find(({ name }) => name === 'values.yaml');
  if (!file) return undefined;
  const text = new TextDecoder().decode(file.data);
  return new YamlLayer(text, valuesFile(node), { kind: 'chart', chart: node.path }, dialect);
}

const valuesFile = (node: ChartNode): string => `${node.path}/values.yaml`;
