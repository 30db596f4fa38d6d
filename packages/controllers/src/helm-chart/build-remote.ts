import type { HelmChart, HelmRepository } from '@gitops-toolkit/api';
import { type Chart, loadChart } from '@gitops-toolkit/helm';
import { conditions } from '@gitops-toolkit/runtime';
import type { ChartFetcher } from '@gitops-toolkit/source/helm';
import type { CloudIdentityOptions } from '../source/cloud-identity.ts';
import { readVerification, verificationName } from '../source/signature-verification.ts';
import { TimeLimit } from '../source/time-limit.ts';
import { ReconcileFailure } from '../reconcile-failure.ts';
import type { SourceRun } from '../source/source-run.ts';
import { readRepositoryAccess } from '../helm-repository/access.ts';
import type { ChartBuild } from './build.ts';
import { type BuildPhase, buildPhases } from './build-phase.ts';
import { announceChart, isStored } from './current-chart.ts';
import { loadOptions } from './load-options.ts';
import type { HelmChartOptions } from './options.ts';
import { packageWith } from './package-with.ts';
import { type ChartSearch, findInIndex, findInRegistry, type FoundChart } from './remote-charts.ts';
import { storedIndex } from './stored-index.ts';
import { valuesInChart } from './values-files.ts';
import { versionMetadata, withMetadata } from './version-metadata.ts';

type Run = SourceRun<HelmChart>;
type Options = HelmChartOptions & CloudIdentityOptions & { readonly fetcher: ChartFetcher };

/** A chart of a HelmRepository: chosen by version, verified, pulled, and packaged anew where values files are merged. */
export async function buildRemote(
  run: Run,
  repository: HelmRepository,
  options: Options,
): Promise<ChartBuild> {
  const { object } = run;
  const phase = buildPhases(run);
  const valuesFiles = object.spec.valuesFiles ?? [];
  const found = await find(run, repository, options, phase);
  await verify(run, found, options, phase);
  const version = await phase('MetadataPatchError', () =>
    withMetadata(found.version, versionMetadata(object)),
  );
  const build = { name: found.name, version, valuesFiles, isPackaged: valuesFiles.length > 0 };
  if (isStored(object, build)) return build;
  announceChart(run, build);
  const data = await phase('ChartPullError', found.download);
  if (!build.isPackaged) {
    await phase('ChartPullError', () => loadChart(data, loadOptions(run, options)));
    return { ...build, data };
  }
  const chart = await phase('ChartPackageError', () => loadChart(data, loadOptions(run, options)));
  return { ...build, ...(await repackage(run, chart, version, phase)) };
}

function find(
  run: Run,
  repository: HelmRepository,
  options: Options,
  phase: BuildPhase,
): Promise<FoundChart> {
  const { object, context } = run;
  const { fetcher, maxChartBytes } = options;
  const { chart, version = '*' } = object.spec;
  const { signal } = context;
  const limit = new TimeLimit(repository, context);
  return run
    .step('FetchFailed', 'AuthenticationFailed', () =>
      limit.during(() =>
        readRepositoryAccess(repository, context.client, { ...options, signal: limit.signal }),
      ),
    )
    .then((access) =>
      phase('ChartPullError', async () => {
        const search: ChartSearch = {
          fetcher,
          access: { ...access, timeouts: limit.timeouts },
          limit,
          ...(maxChartBytes !== undefined && { maxChartBytes }),
        };
        if (repository.spec.type === 'oci') return findInRegistry(repository, { chart, version }, search);
        const warn = (message: string): void => context.log.info(message);
        const index = await storedIndex(repository, options, { warn, signal });
        return findInIndex(index, repository, { chart, version }, search);
      }),
    );
}

/** At each run, as in Flux: a signature may have come, or the tag may have moved. */
async function verify(
  run: Run,
  found: FoundChart,
  { trustedRoot }: Options,
  phase: BuildPhase,
): Promise<void> {
  const { object, context } = run;
  const spec = object.spec.verify;
  if (!spec) return conditions.remove(object, 'SourceVerified');
  const wanted = await run.step('SourceVerified', 'VerificationError', async () => {
    try {
      return await readVerification(spec, { object, ...context }, { trustedRoot });
    } catch (cause) {
      const prefix = `failed to verify the signature using provider '${verificationName(spec)}': `;
      throw new ReconcileFailure('VerificationError', { cause, prefix });
    }
  });
  try {
    await phase('ChartVerificationError', () => found.verify?.(wanted));
  } catch (error) {
    const { message } = error as Error;
    conditions.markFalse(object, 'SourceVerified', 'VerificationError', message, context);
    throw error;
  }
}

async function repackage(
  run: Run,
  chart: Chart,
  version: string,
  phase: BuildPhase,
): Promise<Pick<ChartBuild, 'data' | 'valuesFiles'>> {
  const { valuesFiles: paths = [], ignoreMissingValuesFiles: ignoreMissing = false } = run.object.spec;
  return packageWith(chart, version, () => valuesInChart(chart, { paths, ignoreMissing }), phase);
}
