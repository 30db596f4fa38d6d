import type { GoMap } from '@gitops-toolkit/go-template';
import type { Chart } from './chart.ts';
import type { ChartDependency, ChartMetadata } from './metadata.ts';

/** An entry of `dependencies` while it is decided about; charts under several aliases share it. */
export type NodeDependency = { -readonly [K in keyof ChartDependency]: ChartDependency[K] };

/** Metadata that changes while dependencies are processed. */
export interface NodeMetadata extends Omit<ChartMetadata, 'dependencies'> {
  dependencies?: NodeDependency[];
}

/**
 * A chart at its place among others, while a release is rendered: which of its dependencies are enabled, what they are
 * called, and the values that were imported into it.
 */
export class ChartNode {
  readonly chart: Chart;
  readonly metadata: NodeMetadata;
  /** The chart's own values, with what was imported from dependencies. */
  values: GoMap;
  parent: ChartNode | undefined;
  #dependencies: readonly ChartNode[] = [];

  constructor(chart: Chart, metadata: NodeMetadata, values: GoMap) {
    this.chart = chart;
    this.metadata = metadata;
    this.values = values;
  }

  /** A chart and the charts in it. */
  static of(chart: Chart): ChartNode {
    const { dependencies, ...metadata } = chart.metadata;
    const node = new ChartNode(
      chart,
      { ...metadata, ...(dependencies && { dependencies: dependencies.map((each) => ({ ...each })) }) },
      chart.values,
    );
    node.dependencies = chart.dependencies.map((each) => ChartNode.of(each));
    return node;
  }

  get dependencies(): readonly ChartNode[] {
    return this.#dependencies;
  }

  /** Charts have the parent that took them in last. */
  set dependencies(nodes: readonly ChartNode[]) {
    this.#dependencies = nodes;
    for (const node of nodes) node.parent = this;
  }

  /**
   * The same chart under another name. Helm 3 shares with it the entries of `dependencies` and the charts in it, which
   * keep their parent; Helm 4 copies both.
   */
  named(name: string, copies: boolean): ChartNode {
    const { dependencies } = this.metadata;
    const entries = copies ? dependencies?.map((each) => ({ ...each })) : dependencies;
    const copy = new ChartNode(
      this.chart,
      { ...this.metadata, ...(entries && { dependencies: entries }), name },
      this.values,
    );
    if (copies) copy.dependencies = this.#dependencies.map((each) => each.#shallowCopy());
    else copy.#dependencies = this.#dependencies;
    return copy;
  }

  #shallowCopy(): ChartNode {
    const copy = new ChartNode(this.chart, this.metadata, this.values);
    copy.#dependencies = this.#dependencies;
    return copy;
  }

  /** The alias, where the parent gives one. */
  get name(): string {
    return this.metadata.name;
  }

  get isRoot(): boolean {
    return this.parent === undefined;
  }

  /** The names from the root, joined by `/charts/`: what templates of this chart are called after. */
  get path(): string {
    return this.parent ? `${this.parent.path}/charts/${this.name}` : this.name;
  }
}
