import { type Constraint, type FileTree, tryParseVersion } from '@gitops-toolkit/core';
import { quoteString } from '@gitops-toolkit/go-template';
import type { ChartDependency } from '../chart/metadata.ts';
import { HelmError } from '../errors.ts';
import { fetchOciVersions } from '../repository/oci-tags.ts';
import type { IndexReader } from './index-reader.ts';
import { loadFolder, localFolder } from './local-chart.ts';
import type { FetchDependenciesOptions } from './manager-options.ts';
import { sideBySide } from './side-by-side.ts';
import { versionConstraint } from './version-constraint.ts';

/** Where versions are looked for. */
export interface ResolveContext {
  readonly tree: FileTree;
  readonly path: string;
  readonly indexes: IndexReader;
  readonly options: FetchDependenciesOptions;
}

/**
 * The version that each dependency is resolved to: the highest that its constraint allows.
 *
 * @throws HelmError `HELM_CHART_INVALID`, `HELM_CHART_NOT_FOUND`, `HELM_DEPENDENCY_MISSING`, and what fetching throws.
 */
export async function resolveVersions(
  dependencies: readonly ChartDependency[],
  context: ResolveContext,
): Promise<ChartDependency[]> {
  const constraints = dependencies.map(({ name, version = '' }) =>
    versionConstraint(version, quoteString(name), context.options.dialect ?? 'v4'),
  );
  const places = dependencies.map((dependency, i) => ({ dependency, constraint: constraints[i]! }));
  const versions = await sideBySide(places, ({ dependency, constraint }) =>
    resolveVersion(dependency, constraint, context),
  );
  const missing = dependencies.filter((_, i) => versions[i] === undefined);
  if (missing.length > 0) throw noVersions(missing);
  return dependencies.map(({ name, repository = '' }, i) => ({ name, repository, version: versions[i]! }));
}

async function resolveVersion(
  { name, repository = '', version = '' }: ChartDependency,
  constraint: Constraint,
  { tree, path, indexes, options }: ResolveContext,
): Promise<string | undefined> {
  if (repository === '') {
    localFolder(tree, path, `charts/${name}`);
    return version;
  }
  if (repository.startsWith('file://')) {
    const { metadata } = await loadFolder(tree, localFolder(tree, path, repository), options);
    return constraint.matches(metadata.version) ? metadata.version : undefined;
  }
  if (repository.startsWith('oci://')) {
    if (tryParseVersion(version)) return version;
    const found = await fetchOciVersions(`${repository}/${name}`, options.fetch ?? {}, options.signal);
    // Helm goes on without a match, and then does not find a tag that is called like the constraint.
    return found.find((each) => constraint.matches(each));
  }
  const index = await indexes.read(repository);
  if (!index.has(name)) {
    throw new HelmError('HELM_CHART_NOT_FOUND', `${name} chart not found in repo ${repository}`, {
      source: { file: 'Chart.yaml' },
      hint: `The index has ${index.charts.length} charts. Is the name spelt right?`,
    });
  }
  return index
    .versions(name)
    .find((entry) => entry.urls.length > 0 && constraint.matches(entry.metadata.version))?.metadata.version;
}

function noVersions(missing: readonly ChartDependency[]): HelmError {
  const list = missing.map(
    ({ name, repository = '', version = '' }) =>
      `${quoteString(name)} (repository ${quoteString(repository)}, version ${quoteString(version)})`,
  );
  const words =
    `can't get a valid version for ${missing.length} subchart(s): ${list.join(', ')}. ` +
    'Make sure a matching chart version exists in the repo, or change the version constraint in Chart.yaml';
  return new HelmError('HELM_CHART_NOT_FOUND', words, {
    source: { file: 'Chart.yaml' },
    hint: 'Pre-releases only count where the constraint names one, such as >=1.0.0-0.',
  });
}
