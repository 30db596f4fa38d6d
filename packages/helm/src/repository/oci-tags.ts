import {
  compareVersions,
  CoreError,
  formatVersion,
  parseConstraint,
  tryParseStrictVersion,
  tryParseVersion,
} from '@gitops-toolkit/core';
import { HelmError } from '../errors.ts';
import type { ChartFetch } from './chart-fetch.ts';
import { fetchFailure, noFetch } from './fetch-failure.ts';

/** Tags cannot have a plus: Helm writes an underscore for it. */
export function tagOfVersion(version: string): string {
  return version.replaceAll('+', '_');
}

/** Versions among the tags of a chart, the highest first; tags that are no versions are left out. */
export function versionsOfTags(tags: readonly string[]): string[] {
  return tags
    .flatMap((tag) => tryParseStrictVersion(tag.replaceAll('_', '+')) ?? [])
    .toSorted((a, b) => compareVersions(b, a))
    .map(formatVersion);
}

/**
 * The versions of a chart in a registry, the highest first.
 *
 * @throws HelmError `HELM_FETCH_FAILED`; the reason of the signal.
 */
export async function fetchOciVersions(
  repository: string,
  fetch: ChartFetch,
  signal?: AbortSignal,
): Promise<string[]> {
  if (!fetch.ociTags) throw noFetch('oci');
  try {
    return versionsOfTags(await fetch.ociTags(repository, { ...(signal && { signal }) }));
  } catch (error) {
    signal?.throwIfAborted();
    throw fetchFailure(`could not retrieve list of tags for repository ${repository}`, error);
  }
}

/**
 * The version of a chart in a registry that a constraint means: itself where it is a version.
 *
 * @throws HelmError `HELM_CHART_NOT_FOUND`, `HELM_FETCH_FAILED`; the reason of the signal.
 */
export async function chooseOciVersion(
  repository: string,
  constraint: string,
  { fetch, signal }: { readonly fetch: ChartFetch; readonly signal?: AbortSignal },
): Promise<string> {
  if (tryParseVersion(constraint)) return constraint;
  const versions = await fetchOciVersions(repository, fetch, signal);
  if (versions.length === 0)
    throw notFound(`Unable to locate any tags in provided repository: ${repository}`);
  const found = firstMatching(versions, constraint);
  if (found === undefined)
    throw notFound(`Could not locate a version matching provided version string ${constraint}`);
  return found;
}

function firstMatching(versions: readonly string[], constraint: string): string | undefined {
  try {
    const range = parseConstraint(constraint || '*');
    return versions.find((version) => range.matches(version));
  } catch (cause) {
    if (cause instanceof CoreError) throw notFound(cause.message, cause);
    throw cause;
  }
}

function notFound(message: string, cause?: unknown): HelmError {
  return new HelmError('HELM_CHART_NOT_FOUND', message, {
    ...(cause !== undefined && { cause }),
    hint: 'Look at the tags of the chart in the registry; pre-releases only count where the constraint names one.',
  });
}
