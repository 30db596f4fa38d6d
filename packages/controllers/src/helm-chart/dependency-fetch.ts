import { HelmRepository } from '@gitops-toolkit/api';
import { type ChartFetch, isSameRepository } from '@gitops-toolkit/helm/repository';
import type { ReconcileContext } from '@gitops-toolkit/runtime';
import type { ChartDownloads, ChartFetcher, ChartRepositoryAccess } from '@gitops-toolkit/source/helm';
import { readRepositoryAccess } from '../helm-repository/access.ts';
import type { CloudIdentityOptions } from '../source/cloud-identity.ts';
import { type TimedSource, TimeLimit } from '../source/time-limit.ts';
import type { HelmChartOptions } from './options.ts';

type Options = HelmChartOptions & CloudIdentityOptions & { readonly fetcher: ChartFetcher };

/** Who a chart is fetched from without a HelmRepository: as much time as one has that says nothing. */
const NO_REPOSITORY: TimedSource = { kind: HelmRepository.kind, spec: {} };

/**
 * Fetches the dependencies of a chart: with the access of the HelmRepository of the same namespace and URL, or as anybody,
 * where there is none. Each download has the time of the repository, as in Flux.
 */
export function dependencyFetch(namespace: string, context: ReconcileContext, options: Options): ChartFetch {
  const read = new Map<HelmRepository | undefined, Promise<ChartRepositoryAccess>>();
  const find = (url: string): HelmRepository | undefined =>
    context.cache.list(HelmRepository, { namespace }).find((each) => isSameRepository(each.spec.url, url));
  const download = async <T>(
    repository: HelmRepository | undefined,
    ask: (downloads: ChartDownloads, limit: TimeLimit) => Promise<T>,
  ): Promise<T> => {
    const reading = read.get(repository) ?? readAccess(repository, context, options);
    read.set(repository, reading);
    const access = await reading;
    const limit = new TimeLimit(repository ?? NO_REPOSITORY, context);
    const downloads = options.fetcher.fetchFor({ ...access, timeouts: limit.timeouts });
    return limit.during(() => ask(downloads, limit));
  };
  return {
    http: async (url, request) => {
      const repository = find(request.repository);
      if (request.kind === 'index' && repository?.status?.artifact) {
        const stored = await readStored(repository.status.artifact.path, options);
        if (stored) return stored;
      }
      return download(repository, async ({ http }, limit) => {
        const answer = await http(url, { ...request, signal: limit.signal });
        return answer && limit.pieces(answer);
      });
    },
    // The address of a chart in a registry ends with its name.
    oci: (address, tag, request) =>
      download(find(parentOf(address)), async ({ oci }, limit) => {
        const { chart, provenance } = await oci(address, tag, { ...request, signal: limit.signal });
        return {
          chart: limit.pieces(chart),
          ...(provenance && { provenance: limit.pieces(provenance) }),
        };
      }),
    ociTags: (address) =>
      download(find(parentOf(address)), ({ ociTags }, { signal }) => ociTags(address, { signal })),
  };
}

async function readAccess(
  repository: HelmRepository | undefined,
  context: ReconcileContext,
  options: Options,
): Promise<ChartRepositoryAccess> {
  if (!repository) return {};
  const limit = new TimeLimit(repository, context);
  const { signal } = limit;
  return limit.during(() => readRepositoryAccess(repository, context.client, { ...options, signal }));
}

/** The index of an artifact, piece by piece. */
async function readStored(
  path: string,
  { storage }: HelmChartOptions,
): Promise<AsyncIterable<Uint8Array> | undefined> {
  const file = await storage.open(path);
  if (!file) return undefined;
  return (async function* () {
    await using open = file;
    yield* open.read();
  })();
}

function parentOf(address: string): string {
  return address.slice(0, address.lastIndexOf('/'));
}
