import { errorMessage, findToolkitError } from '@gitops-toolkit/core';
import type { ChartDependency } from '../chart/metadata.ts';
import { loadChart } from '../chart/load-chart.ts';
import { HelmError } from '../errors.ts';
import { packageName, writePackage } from '../package/package-chart.ts';
import { type FetchedPackage, fetchPackage, pullPackage } from '../repository/fetch-package.ts';
import { downloadUrl } from '../repository/pull-chart.ts';
import { loadFolder, localFolder } from './local-chart.ts';
import type { ResolveContext } from './resolve-versions.ts';
import { sideBySide } from './side-by-side.ts';
import { versionConstraint } from './version-constraint.ts';

/** A dependency, and the package that goes into `charts/`; none for a chart that is there already. */
export interface FetchedDependency {
  readonly dependency: ChartDependency;
  readonly fileName?: string;
  readonly data?: Uint8Array;
  /** What `verify` gave. */
  readonly verification?: unknown;
}

/**
 * The packages of locked dependencies. Each is loaded, so that nothing gets into `charts/` that is no chart.
 *
 * @throws HelmError as fetching and loading do.
 */
export async function fetchCharts(
  locked: readonly ChartDependency[],
  context: ResolveContext,
): Promise<FetchedDependency[]> {
  // The same chart under two aliases is fetched once.
  const packages = new Map<string, Promise<FetchedDependency>>();
  return sideBySide(locked, async (dependency) => {
    const key = JSON.stringify([dependency.name, dependency.version, dependency.repository]);
    const fetching = packages.get(key) ?? fetchChart(dependency, context);
    packages.set(key, fetching);
    const fetched = await fetching;
    return { ...fetched, dependency: { ...dependency, version: fetched.dependency.version ?? '' } };
  });
}

async function fetchChart(dependency: ChartDependency, context: ResolveContext): Promise<FetchedDependency> {
  const { repository = '' } = dependency;
  if (repository === '') return checkPresent(dependency, context);
  if (repository.startsWith('file://')) return packageFolder(dependency, context);
  const fetched = await fetchRemote(dependency, context);
  await checkLoads(fetched, context);
  return { ...fetched, dependency, fileName: nameInCharts(fetched, dependency) };
}

/** A dependency without a repository is in `charts/` as a folder. */
async function checkPresent(
  dependency: ChartDependency,
  { tree, path, options }: ResolveContext,
): Promise<FetchedDependency> {
  const { name, version = '' } = dependency;
  const folder = `charts/${name}`;
  const { metadata } = await loadFolder(tree, localFolder(tree, path, folder), options).catch(
    (cause: unknown) => {
      throw new HelmError('HELM_CHART_INVALID', `unable to load chart '${folder}': ${errorMessage(cause)}`, {
        cause,
        source: findToolkitError(cause)?.source ?? { file: folder },
      });
    },
  );
  const constraint = versionConstraint(version, name, options.dialect ?? 'v4');
  if (constraint.matches(metadata.version)) return { dependency };
  const words = `dependency ${name} at version ${metadata.version} does not satisfy the constraint ${version}`;
  throw new HelmError('HELM_CHART_NOT_FOUND', words, {
    source: { file: 'Chart.yaml' },
    hint: `Change the constraint, or put another version into ${folder}.`,
  });
}

async function packageFolder(
  dependency: ChartDependency,
  { tree, path, options }: ResolveContext,
): Promise<FetchedDependency> {
  const { name, repository = '', version = '' } = dependency;
  const chart = await loadFolder(tree, localFolder(tree, path, repository), options);
  if (!versionConstraint(version, name, options.dialect ?? 'v4').matches(chart.metadata.version)) {
    throw new HelmError('HELM_CHART_NOT_FOUND', `can't get a valid version for dependency ${name}`, {
      source: { file: 'Chart.yaml' },
      hint: `${repository} has version ${chart.metadata.version}.`,
    });
  }
  const data = await writePackage(chart, options);
  return {
    dependency: { ...dependency, version: chart.metadata.version },
    fileName: packageName(chart),
    data,
  };
}

async function fetchRemote(
  { name, version = '', repository = '' }: ChartDependency,
  { indexes, options }: ResolveContext,
): Promise<FetchedPackage> {
  const fetching = { ...options, fetch: options.fetch ?? {} };
  if (repository.startsWith('oci://'))
    return pullPackage({ repository: `${repository}/${name}`, version }, fetching);
  const index = await indexes.read(repository);
  const named = `chart ${JSON.stringify(name)} version ${JSON.stringify(version)}`;
  try {
    const entry = index.find(name, version);
    const url = downloadUrl(repository, entry, named);
    const { digest } = entry;
    return await fetchPackage({ url, repository, ...(digest !== undefined && { digest }) }, fetching);
  } catch (cause) {
    if (!(cause instanceof HelmError) || cause.code !== 'HELM_CHART_NOT_FOUND') throw cause;
    const words = `chart ${name} not found in ${repository}: ${named} not found in ${repository} repository`;
    throw new HelmError('HELM_CHART_NOT_FOUND', words, {
      cause,
      ...(cause.hint !== undefined && { hint: cause.hint }),
    });
  }
}

async function checkLoads({ url, data }: FetchedPackage, { options }: ResolveContext): Promise<void> {
  const { dialect, signal } = options;
  await loadChart(data, { ...(dialect && { dialect }), ...(signal && { signal }) }).catch(
    (cause: unknown) => {
      if (!(cause instanceof HelmError)) throw cause;
      throw new HelmError(cause.code, `could not verify ${url}: ${cause.message}`, {
        cause,
        source: { file: url },
        ...(cause.hint !== undefined && { hint: cause.hint }),
      });
    },
  );
}

/** The name that the package has where it comes from, if charts may have it in `charts/`. */
function nameInCharts({ fileName }: FetchedPackage, { name, version = '' }: ChartDependency): string {
  return /^[A-Za-z0-9][\w.+~-]*\.tgz$/.test(fileName) ? fileName : `${name}-${version}.tgz`;
}
