import type { FileTree } from '@gitops-toolkit/core';
import type { Chart, ChartLock } from '../chart/chart.ts';
import type { ChartDependency } from '../chart/metadata.ts';
import { HelmError } from '../errors.ts';
import { goTime, lockYaml } from '../package/chart-yaml.ts';
import { chartsChanges, lockPath, withChanges } from './chart-tree.ts';
import { fetchCharts, type FetchedDependency } from './fetch-charts.ts';
import { IndexReader } from './index-reader.ts';
import { loadFolder } from './local-chart.ts';
import { helm2LockDigest, lockDigest } from './lock-digest.ts';
import type { FetchDependenciesOptions } from './manager-options.ts';
import { checkKnown, withAddresses } from './repository-table.ts';
import { type ResolveContext, resolveVersions } from './resolve-versions.ts';

/** A chart with its dependencies. */
export interface FetchDependenciesResult {
  /** The tree with `charts/` filled, and the lock file as it has to be. */
  readonly tree: FileTree;
  /** Absent for a chart without dependencies. */
  readonly lock?: ChartLock;
  /** Each dependency in its version, and the name of its package. */
  readonly dependencies: readonly FetchedDependency[];
}

const MAX_DEPENDENCIES = 1000;

/**
 * Fetches the dependencies of a chart in the highest versions that it allows and locks them, as `helm dependency update`
 * does.
 *
 * @throws HelmError `HELM_CHART_INVALID`, `HELM_DEPENDENCY_MISSING`, `HELM_CHART_NOT_FOUND`, `HELM_FETCH_FAILED`,
 *   `HELM_INDEX_INVALID`, `HELM_DIGEST_MISMATCH`, `HELM_PROVENANCE_INVALID`, `HELM_LIMIT`; the reason of the signal.
 *
 * @example
 * ```ts
 * import { MemoryTree } from '@gitops-toolkit/core';
 * import { updateDependencies } from '@gitops-toolkit/helm/dependencies';
 * const tree = MemoryTree.from({
 *   'web/Chart.yaml': `{apiVersion: v2, name: web, version: 1.0.0,
 *     dependencies: [{name: db, version: 1.x, repository: "file://../db"}]}`,
 *   'db/Chart.yaml': '{apiVersion: v2, name: db, version: 1.4.0}',
 * });
 * const { lock } = await updateDependencies(tree, { path: 'web' });
 * console.log(lock?.dependencies?.[0]?.version); // 1.4.0
 * ```
 */
export async function updateDependencies(
  tree: FileTree,
  options: FetchDependenciesOptions = {},
): Promise<FetchDependenciesResult> {
  const { path = '' } = options;
  return update(tree, await loadFolder(tree, path, options), options);
}

/**
 * Fetches the dependencies of a chart in the versions of its lock file, as `helm dependency build` does; without a lock
 * file it is {@link updateDependencies}.
 *
 * @throws HelmError `HELM_LOCK_OUT_OF_SYNC`, and what {@link updateDependencies} throws.
 */
export async function buildDependencies(
  tree: FileTree,
  options: FetchDependenciesOptions = {},
): Promise<FetchDependenciesResult> {
  const { path = '', repositories = [] } = options;
  const chart = await loadFolder(tree, path, options);
  const { lock } = chart;
  if (!lock) return update(tree, chart, options);
  checkLock(chart, lock, options);
  const locked = lock.dependencies ?? [];
  checkCount(locked, options);
  if (options.onlyKnownRepositories) checkKnown(locked, repositories);
  const dependencies = await fetchCharts(locked, contextOf(tree, options));
  const changes = await chartsChanges(tree, path, dependencies, options);
  return { tree: withChanges(tree, changes), lock, dependencies };
}

async function update(
  tree: FileTree,
  chart: Chart,
  options: FetchDependenciesOptions,
): Promise<FetchDependenciesResult> {
  const { path = '', repositories = [] } = options;
  const { dependencies: written, apiVersion } = chart.metadata;
  if (!written) return { tree, dependencies: [], ...(chart.lock && { lock: chart.lock }) };
  checkCount(written, options);
  const asked = withAddresses(written, repositories);
  const context = contextOf(tree, options);
  const fetched = await fetchCharts(await resolveVersions(asked, context), context);
  const changes = await chartsChanges(tree, path, fetched, options);
  const lock = newLock(chart, asked, fetched, options);
  if (lock !== chart.lock) {
    const name = apiVersion === 'v1' ? 'requirements.lock' : 'Chart.lock';
    changes.set(lockPath(tree, path, name), new TextEncoder().encode(lockYaml(lock)));
  }
  return { tree: withChanges(tree, changes), lock, dependencies: fetched };
}

/** The lock file that is there, where it says the same. */
function newLock(
  { lock }: Chart,
  asked: readonly ChartDependency[],
  fetched: readonly FetchedDependency[],
  { time = new Date() }: FetchDependenciesOptions,
): ChartLock {
  const dependencies = fetched.map(({ dependency }) => dependency);
  const digest = lockDigest(asked, dependencies);
  return lock?.digest === digest ? lock : { generated: goTime(time.toISOString()), digest, dependencies };
}

function contextOf(tree: FileTree, options: FetchDependenciesOptions): ResolveContext {
  return { tree, path: options.path ?? '', indexes: new IndexReader(options), options };
}

/** @throws HelmError `HELM_LOCK_OUT_OF_SYNC` where the lock file is not of what `Chart.yaml` asks for. */
function checkLock(
  { metadata: { apiVersion, dependencies = [] } }: Chart,
  { digest, dependencies: locked = [] }: ChartLock,
  { repositories = [], dialect = 'v4', warn }: FetchDependenciesOptions,
): void {
  if (lockDigest(withAddresses(dependencies, repositories), locked) === digest) return;
  const isFirstFormat = apiVersion === 'v1';
  if (isFirstFormat) {
    warn?.('warning: a valid Helm v3 hash was not found. Checking against Helm v2 hash...');
    if (helm2LockDigest(dependencies) === digest) return;
  }
  const [lock, chart] = isFirstFormat
    ? ['requirements.lock', 'requirements.yaml']
    : ['Chart.lock', 'Chart.yaml'];
  const advice = !isFirstFormat && dialect === 'v4' ? " with 'helm dependency update'" : '';
  const words = `the lock file (${lock}) is out of sync with the dependencies file (${chart}). Please update the dependencies${advice}`;
  throw new HelmError('HELM_LOCK_OUT_OF_SYNC', words, {
    source: { file: lock },
    hint: 'Call updateDependencies, and commit the lock file that comes of it.',
  });
}

function checkCount(
  { length }: readonly ChartDependency[],
  { maxDependencies = MAX_DEPENDENCIES }: FetchDependenciesOptions,
): void {
  if (length <= maxDependencies) return;
  throw new HelmError('HELM_LIMIT', `the chart has ${length} dependencies, more than ${maxDependencies}`, {
    source: { file: 'Chart.yaml' },
    hint: 'Raise maxDependencies if that is meant.',
  });
}
