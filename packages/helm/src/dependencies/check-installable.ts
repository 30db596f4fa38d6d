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
export function checkInstallable(chart: Chart, dialect: Dialect): void {
  const { type = '' } = chart.metadata;
  if (type !== '' && type !== 'application') {
    throw new HelmError('HELM_CHART_INVALID', `${type} charts are not installable`, {
      source: { file: 'Chart.yaml' },
      hint: 'A library is there for other charts: name it in their dependencies.',
    });
  }
  const missing = missingDependencies(chart);
  if (missing.length === 0) return;
  throw dependenciesMissing(missing, PREFIXES[dialect]);
}

/** Names of dependencies that `Chart.yaml` has and `charts/` does not. */
export function missingDependencies({ metadata, dependencies }: Chart): string[] {
  const names = new Set(dependencies.map((each) => each.metadata.name));
  return (metadata.dependencies ?? []).filter(({ name }) => !names.has(name)).map(({ name }) => name);
}

/** What Helm says of them. */
export function dependenciesMissing(names: readonly string[], prefix = ''): HelmError {
  const words = `found in Chart.yaml, but missing in charts/ directory: ${names.join(', ')}`;
  return new HelmError('HELM_DEPENDENCY_MISSING', prefix + words, {
    source: { file: 'Chart.yaml' },
    hint: 'Put the charts into charts/ before the chart is loaded, as `updateDependencies` does.',
  });
}
