import type { HelmChart } from '@gitops-toolkit/api';
import { formatVersion, parseRevision, parseVersion } from '@gitops-toolkit/core';

/** What of a revision fits into a label beside a version. */
const REVISION_LENGTH = 12;

/**
 * What is added to the version of a chart, so that consumers see that it is another one: the revision of its source where
 * `reconcileStrategy` asks for that, and the generation where values files are merged.
 */
export function versionMetadata({ spec, metadata }: HelmChart, sourceRevision?: string): string {
  const { hash = '' } = sourceRevision === undefined ? {} : parseRevision(sourceRevision);
  const revision = spec.reconcileStrategy === 'Revision' ? hash.slice(0, REVISION_LENGTH) : '';
  const generation = spec.valuesFiles?.length ? String(metadata.generation ?? 0) : '';
  return [revision, generation].filter((part) => part !== '').join('.');
}

/**
 * A version with metadata, written in full.
 *
 * @throws CoreError `SEMVER_VERSION_INVALID`
 */
export function withMetadata(version: string, metadata: string): string {
  return metadata === '' ? version : formatVersion({ ...parseVersion(version), metadata });
}
