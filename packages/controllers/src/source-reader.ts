import type { KubeObject } from '@gitops-toolkit/core';
import { GitRepository } from '@gitops-toolkit/api';
import type { ReconcileContext } from '@gitops-toolkit/runtime';

/** Names a source, of whatever kind. */
export interface SourceRef {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** The group and version of the kinds of sources. */
const SOURCE_API_VERSION = 'source.toolkit.fluxcd.io/v1';

/**
 * Reads a source: a GitRepository from the controller's watch, any other kind, whose definition may not be in the
 * cluster, from the API server.
 */
export async function readSourceCached(
  context: ReconcileContext,
  ref: SourceRef,
): Promise<KubeObject | undefined> {
  const { kind, name, namespace, apiVersion = SOURCE_API_VERSION } = ref;
  if (kind === GitRepository.kind) return context.cache.get(GitRepository, { name, namespace });
  return context.client.find({ apiVersion, kind, name, namespace }, { signal: context.signal });
}
