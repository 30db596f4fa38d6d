import { HelmRepository } from '@gitops-toolkit/api';
import { type ChartFetch, type FetchRequest, isSameRepository } from '@gitops-toolkit/helm/repository';
import type { ReconcileContext } from '@gitops-toolkit/runtime';
import type { ChartDownloads, ChartFetcher } from '@gitops-toolkit/source/helm';
import { readRepositoryAccess } from '../helm-repository/access.ts';
import type { CloudIdentityOptions } from '../source/cloud-identity.ts';
import type { HelmChartOptions } from './options.ts';

/**
 * Fetches the dependencies of a chart: with the access of the HelmRepository of the same namespace and URL, or as anybody,
 * where there is none.
 */
export function dependencyFetch(
  namespace: string,
  context: ReconcileContext,
  options: HelmChartOptions & CloudIdentityOptions & { readonly fetcher: ChartFetcher },
): ChartFetch {
  const opened = new Map<HelmRepository | undefined, Promise<ChartDownloads>>();
  const find = (url: string): HelmRepository | undefined =>
    context.cache.list(HelmRepository, { namespace }).find((each) => isSameRepository(each.spec.url, url));
  const open = (repository: HelmRepository | undefined): Promise<ChartDownloads> => {
    const opening = opened.get(repository) ?? downloadsOf(repository, context, options);
    opened.set(repository, opening);
    return opening;
  };
  return {
    http: async (url, request) => {
      const repository = find(request.repository);
      if (request.kind === 'index' && repository?.status?.artifact) {
        const stored = await readStored(repository.status.artifact.path, options);
        if (stored) return stored;
      }
      return (await open(repository)).http(url, request);
    },
    // The address of a chart in a registry ends with its name.
    oci: async (address, tag, request: FetchRequest) =>
      (await open(find(parentOf(address)))).oci(address, tag, request),
    ociTags: async (address, request) => (await open(find(parentOf(address)))).ociTags(address, request),
  };
}

async function downloadsOf(
  repository: HelmRepository | undefined,
  context: ReconcileContext,
  options: HelmChartOptions & CloudIdentityOptions & { readonly fetcher: ChartFetcher },
): Promise<ChartDownloads> {
  const { signal, client } = context;
  const access = repository ? await readRepositoryAccess(repository, client, { ...options, signal }) : {};
  return options.fetcher.fetchFor(access);
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
