import { compareVersions, parseConstraint, tryParseVersion, type Version } from '@gitops-toolkit/core';
import type { OciRepository } from '../repository.ts';
import { FLUX_TYPES, ORIGIN_ANNOTATIONS } from './flux-types.ts';
import { isIndex } from '../model.ts';

/** Which artifacts are listed. */
export interface ListArtifactsOptions {
  /** Only tags that are versions within this constraint, the newest first. */
  readonly semver?: string;
  /** Only tags that this takes. */
  readonly filter?: (tag: string) => boolean;
  /** How many are asked about at a time. @default 4 */
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
}

/** A tag, and what the artifact under it says of itself. */
export interface ListedArtifact {
  readonly tag: string;
  readonly digest: string;
  readonly source?: string;
  readonly revision?: string;
}

/**
 * The artifacts of Flux in a repository, by tag. Images and charts under other tags are left out.
 *
 * @throws {@link OciError}; `SEMVER_CONSTRAINT_INVALID`; the reason of the signal
 */
export async function listArtifacts(
  repository: OciRepository,
  options: ListArtifactsOptions = {},
): Promise<ListedArtifact[]> {
  const { concurrency = 4, filter = () => true, semver, signal } = options;
  const call = signal ? { signal } : {};
  const tags: string[] = [];
  for await (const tag of repository.tags(call)) if (filter(tag)) tags.push(tag);
  const wanted = semver === undefined ? tags.toSorted() : selectVersions(tags, semver);
  const found: (ListedArtifact | undefined)[] = [];
  const rest = wanted.entries();
  const work = async (): Promise<void> => {
    for (const [i, tag] of rest) found[i] = await describe(repository, tag, call);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, wanted.length) }, work));
  return found.filter((artifact) => artifact !== undefined);
}

/** The tags that are versions within a constraint, the newest first. */
export function selectVersions(tags: readonly string[], semver: string): string[] {
  const constraint = parseConstraint(semver);
  const versions = tags.flatMap((tag): { tag: string; version: Version }[] => {
    const version = tryParseVersion(tag);
    return version && constraint.matches(version) ? [{ tag, version }] : [];
  });
  return versions.toSorted((a, b) => compareVersions(b.version, a.version)).map(({ tag }) => tag);
}

async function describe(
  repository: OciRepository,
  tag: string,
  call: { readonly signal?: AbortSignal },
): Promise<ListedArtifact | undefined> {
  const { manifest, descriptor } = await repository.manifest(tag, call);
  if (isIndex(manifest) || manifest.config.mediaType !== FLUX_TYPES.config) return undefined;
  const [source, revision] = [ORIGIN_ANNOTATIONS.source, ORIGIN_ANNOTATIONS.revision].map(
    (key) => manifest.annotations?.[key],
  );
  return {
    tag,
    digest: descriptor.digest,
    ...(source !== undefined && { source }),
    ...(revision !== undefined && { revision }),
  };
}
