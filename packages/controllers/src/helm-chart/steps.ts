import { type Artifact, Bucket, GitRepository, type HelmChart, HelmRepository } from '@gitops-toolkit/api';
import type { KubeObject } from '@gitops-toolkit/core';
import { conditions, type ResourceKind } from '@gitops-toolkit/runtime';
import type { ChartFetcher } from '@gitops-toolkit/source/helm';
import { ControllersError } from '../errors.ts';
import { ReconcileFailure } from '../reconcile-failure.ts';
import type { CloudIdentityOptions } from '../source/cloud-identity.ts';
import type { SourceRun, SourceSteps } from '../source/source-run.ts';
import { type ChartBuild, summaryOf } from './build.ts';
import { buildLocal } from './build-local.ts';
import { buildRemote } from './build-remote.ts';
import type { HelmChartOptions } from './options.ts';

type Run = SourceRun<HelmChart>;
type Options = HelmChartOptions & CloudIdentityOptions & { readonly fetcher: ChartFetcher };
type Source = KubeObject & { status?: { artifact?: Artifact } };

/** The kinds that charts come from. */
export const chartSourceKinds: readonly ResourceKind[] = [HelmRepository, GitRepository, Bucket];

/** Find the source, make the chart, store it. */
export function helmChartSteps(options: Options): SourceSteps<HelmChart> {
  return async (run) => {
    const { object } = run;
    const source = findSource(run);
    const artifact = requireArtifact(run, source);
    if (artifact) (object.status ??= {}).observedSourceArtifactRevision = artifact.revision;
    const build =
      artifact && source.kind !== HelmRepository.kind
        ? await buildLocal(run, artifact, options)
        : await buildRemote(run, source as HelmRepository, options);
    await store(run, build);
    showVerified(run, build);
  };
}

function findSource({ object, context }: Run): Source {
  const { kind, name } = object.spec.sourceRef;
  const namespace = object.metadata.namespace ?? '';
  const definition = chartSourceKinds.find((each) => each.kind === kind);
  const source = definition && context.cache.get(definition, { name, namespace });
  if (source) return source;
  const cause = new ControllersError(
    'CONTROLLERS_SOURCE_NOT_READY',
    `${kind} '${namespace}/${name}' not found`,
    {
      retry: 'backoff',
    },
  );
  throw new ReconcileFailure('SourceUnavailable', { cause, prefix: 'failed to get source: ' });
}

/** The artifact of the source: one of a registry has none. */
function requireArtifact({ object }: Run, source: Source): Artifact | undefined {
  const artifact = source.status?.artifact;
  if (source.kind === HelmRepository.kind && (source as HelmRepository).spec.type === 'oci') return undefined;
  if (artifact) return artifact;
  const { kind, name } = object.spec.sourceRef;
  const text = `no artifact available for ${kind} source '${name}'`;
  const cause = new ControllersError('CONTROLLERS_SOURCE_NOT_READY', text, { retry: 'backoff' });
  throw new ReconcileFailure('NoSourceArtifact', { cause, quiet: true });
}

async function store(run: Run, build: ChartBuild): Promise<void> {
  const { name, version, isPackaged, data, valuesFiles } = build;
  if (!data) return;
  const reason = isPackaged ? 'ChartPackageSucceeded' : 'ChartPullSucceeded';
  const message = summaryOf(build);
  await run.store({
    revision: version,
    file: `${name}-${version}.tgz`,
    alias: 'latest.tar.gz',
    content: once(data),
    reason,
    message,
    event: { reason, message },
  });
  const status = (run.object.status ??= {});
  status.observedChartName = name;
  if (run.object.spec.ignoreMissingValuesFiles) status.observedValuesFiles = [...valuesFiles];
  else delete status.observedValuesFiles;
}

function showVerified({ object, context }: Run, { version }: ChartBuild): void {
  if (!object.spec.verify) return;
  const text = `verified signature of version ${version}`;
  conditions.markTrue(object, 'SourceVerified', 'Succeeded', text, context);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
