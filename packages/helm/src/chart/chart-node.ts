import type { Chart } from './chart.ts';

/**
 * A chart at its place among others, while a release is rendered: which of its dependencies are enabled, what they are
 * called, and the values that were imported into it.
 */
export interface ChartNode {
  readonly chart: Chart;
  /** The alias, where the parent gives one. */
  readonly name: string;
  /** The names from the root, joined by `/charts/`: what templates of this chart are called after. */
  readonly path: string;
  readonly isRoot: boolean;
  /** The chart's own values, with what was imported from dependencies. */
  values: Record<string, unknown>;
  dependencies: ChartNode[];
}
