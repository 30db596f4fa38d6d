import type { Chart } from '../chart/chart.ts';
import type { Dialect } from '../dialect.ts';
import { HelmError } from '../errors.ts';

const PREFIXES: Readonly<Record<Dialect, string>> = {
  v3: 'An error occurred while checking for chart dependencies. You may need to run `helm dependency build` to fetch missing dependencies: ',
  v4: "an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to fetch missing dependencies: ",
};

/**
 * Checks that a chart can be the root of a release, and that all its dependencies are in it.
 *
 * @throws HelmError `HELM_CHART_INVALID`, `HELM_DEPENDENCY_MISSING`
 */
export function checkInstallable({ metadata, dependencies }: Chart, dialect: Dialect): void {
  const { type = '' } = metadata;
  if (type !== '' && type !== 'application') {
    throw new HelmError('HELM_CHART_INVALID', `${type} charts are not installable`, {
      source: { file: 'Chart.yaml' },
      hint: 'A library is there for other charts: name it in their dependencies.',
    });
  }
  const names = new Set(dependencies.map((each) => each.metadata.name));
  const missing = (metadata.dependencies ?? [])
    .filter(({ name }) => !names.has(name))
    .map(({ name }) => name);
  if (missing.length === 0) return;
  const words = `found in Chart.yaml, but missing in charts/ directory: ${missing.join(', ')}`;
  throw new HelmError('HELM_DEPENDENCY_MISSING', PREFIXES[dialect] + words, {
    source: { file: 'Chart.yaml' },
    hint: 'Put the charts into charts/ before the chart is loaded.',
  });
}
