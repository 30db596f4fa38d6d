import type { HelmRepository } from '@gitops-toolkit/api';
import { readIndex, type RepositoryIndex } from '@gitops-toolkit/helm/repository';
import { ControllersError } from '../errors.ts';
import type { HelmOptions } from '../helm-repository/options.ts';

const MAX_INDEX_BYTES = 50 * 1024 * 1024;

/**
 * The index that a HelmRepository has stored: from memory, or from its artifact.
 *
 * @throws ControllersError `CONTROLLERS_SOURCE_NOT_READY`; HelmError
 */
export async function storedIndex(
  repository: HelmRepository,
  { storage, indexes, maxIndexBytes = MAX_INDEX_BYTES }: HelmOptions,
  options: { readonly warn: (message: string) => void; readonly signal: AbortSignal },
): Promise<RepositoryIndex> {
  const { name = '', namespace = '' } = repository.metadata;
  const { path = '' } = repository.status?.artifact ?? {};
  const kept = indexes?.get(path, { name, namespace });
  if (kept) return kept;
  await using file = await storage.open(path);
  if (!file) {
    const text = `the index of HelmRepository '${namespace}/${name}' is not in the storage`;
    throw new ControllersError('CONTROLLERS_SOURCE_NOT_READY', text, { retry: 'backoff' });
  }
  // In JSON it has other lengths than in the YAML that the limit is for.
  const limits = { indexBytes: 2 * maxIndexBytes };
  const index = await readIndex(file.read(), { name: repository.spec.url, limits, ...options });
  indexes?.add(path, index);
  return index;
}
