import type { ChartNode } from '../chart/chart-node.ts';

/** A file of `crds/`, which is no template. */
export interface CrdFile {
  /** Such as `web/crds/site.yaml`. */
  readonly path: string;
  readonly content: string;
}

/** The CRDs of a chart, then those of its dependencies. */
export function crdsOf(node: ChartNode): CrdFile[] {
  const own = node.chart.files
    .filter(({ name }) => name.startsWith('crds/') && /\.(yaml|yml|json)$/i.test(name))
    .map(({ name, data }) => ({ path: `${node.path}/${name}`, content: new TextDecoder().decode(data) }));
  return [...own, ...node.dependencies.flatMap(crdsOf)];
}
