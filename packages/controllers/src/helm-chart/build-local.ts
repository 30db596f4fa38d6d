import type { Artifact, HelmChart } from '@gitops-toolkit/api';
import { type FileTree, normalizePath } from '@gitops-toolkit/core';
import { type Chart, loadChart } from '@gitops-toolkit/helm';
import { loadWithDependencies } from '@gitops-toolkit/helm/dependencies';
import { fetchArtifact } from '@gitops-toolkit/source';
import type { ChartFetcher } from '@gitops-toolkit/source/helm';
import { ControllersError } from '../errors.ts';
import type { CloudIdentityOptions } from '../source/cloud-identity.ts';
import type { SourceRun } from '../source/source-run.ts';
import type { ChartBuild } from './build.ts';
import { buildPhases } from './build-phase.ts';
import { announceChart, isStored } from './current-chart.ts';
import { dependencyFetch } from './dependency-fetch.ts';
import { loadOptions } from './load-options.ts';
import type { HelmChartOptions } from './options.ts';
import { packageWith } from './package-with.ts';
import { valuesInTree } from './values-files.ts';
import { versionMetadata, withMetadata } from './version-metadata.ts';

type Run = SourceRun<HelmChart>;
type Options = HelmChartOptions & CloudIdentityOptions & { readonly fetcher: ChartFetcher };

/** Where a chart is in a source: a folder, or a package. */
type ChartPlace = { readonly folder: string } | { readonly data: Uint8Array };

/** A chart in the files of another source: packaged with its dependencies, or taken as it is where it is a package. */
export async function buildLocal(run: Run, source: Artifact, options: Options): Promise<ChartBuild> {
  const { object, context } = run;
  const { signal } = context;
  const { trees, artifactAccess } = options;
  const phase = buildPhases(run);
  const { valuesFiles = [], ignoreMissingValuesFiles: ignoreMissing = false } = object.spec;
  const tree = await run.step('FetchFailed', 'ReadOperationFailed', () =>
    fetchArtifact(source.url, {
      digest: source.digest,
      cache: trees,
      signal,
      access: artifactAccess,
    }),
  );
  const { place, chart } = await phase('InvalidChartReference', async () => {
    const found = locate(tree, object.spec.chart);
    const loading = loadOptions(run, options);
    const loaded =
      'folder' in found
        ? loadChart(tree, { ...loading, path: found.folder })
        : loadChart(found.data, loading);
    return { place: found, chart: await loaded };
  });
  const metadata = versionMetadata(object, source.revision);
  const version = await phase('MetadataPatchError', () => withMetadata(chart.metadata.version, metadata));
  const isPackaged = 'folder' in place || metadata !== '' || valuesFiles.length > 0;
  const build = { name: chart.metadata.name, version, valuesFiles, isPackaged };
  if (isStored(object, build))
    return { ...build, valuesFiles: object.status?.observedValuesFiles ?? valuesFiles };
  announceChart(run, build);
  if ('data' in place && !isPackaged) return { ...build, data: place.data };
  const whole =
    'folder' in place
      ? await phase('DependencyBuildError', () => complete(run, tree, place.folder, options))
      : chart;
  const readFiles = () => valuesInTree(tree, { paths: valuesFiles, ignoreMissing });
  return { ...build, ...(await packageWith(whole, version, readFiles, phase)) };
}

function locate(tree: FileTree, chart: string): ChartPlace {
  const path = normalizePath(chart);
  const kind = path === undefined ? undefined : tree.stat(path)?.kind;
  if (path !== undefined && kind === 'directory') return { folder: path };
  const data = path !== undefined && kind === 'file' ? tree.read(path) : undefined;
  if (data) return { data };
  throw new ControllersError('CONTROLLERS_PATH_NOT_FOUND', `no chart found at path '${chart}'`, {
    hint: 'spec.chart is the path of a folder or of a .tgz in the source.',
  });
}

async function complete(
  { object, context }: Run,
  tree: FileTree,
  path: string,
  options: Options,
): Promise<Chart> {
  const fetch = dependencyFetch(object.metadata.namespace ?? '', context, options);
  const { maxChartBytes, maxIndexBytes } = options;
  const { chart, added } = await loadWithDependencies(tree, {
    path,
    fetch,
    warn: (message) => context.log.info(message),
    ...(maxChartBytes !== undefined && { maxChartBytes }),
    ...(maxIndexBytes !== undefined && { limits: { indexBytes: 2 * maxIndexBytes } }),
    signal: context.signal,
  });
  if (added > 0) context.events.trace(object, 'ResolvedDependencies', `resolved ${added} chart dependencies`);
  return chart;
}
