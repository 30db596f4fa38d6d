import { compareVersions, parseConstraint, tryParseVersion, type Version } from '@gitops-toolkit/core';
import { OciError } from '../errors.ts';
import { formatReference } from '../reference.ts';
import type { OciRepository } from '../repository.ts';

/** Which tag is looked for. */
export interface FindTagOptions {
  /** A range of versions: `>=1.0.0 <2.0.0`. */
  readonly semver: string;
  /** A regular expression (RE2): only tags that have a match in them are looked at. */
  readonly filter?: string;
  /** Tags are versions of charts, in which a `_` stands for the `+` that no tag may have. @default false */
  readonly chartVersions?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * The tag of the highest version in a range. As in Flux, only tags with all three numbers count, with or without a `v`.
 *
 * @throws {@link OciError} `OCI_NOT_FOUND` where no tag is in the range, `OCI_FILTER_INVALID`; `SEMVER_CONSTRAINT_INVALID`
 */
export async function findTag(repository: OciRepository, options: FindTagOptions): Promise<string> {
  const { semver, filter, chartVersions = false, signal } = options;
  const constraint = parseConstraint(semver);
  const passes = await filterOf(filter);
  let found: { tag: string; version: Version } | undefined;
  for await (const tag of repository.tags(signal ? { signal } : {})) {
    if (!passes(tag)) continue;
    const version = versionOf(chartVersions ? tag.replace('_', '+') : tag);
    if (!version || !constraint.matches(version)) continue;
    if (!found || compareVersions(version, found.version) > 0) found = { tag, version };
  }
  if (found) return found.tag;
  const name = formatReference({ registry: repository.registry, repository: repository.name });
  throw new OciError('OCI_NOT_FOUND', `no tag of ${name} is a version in the range '${semver}'`, {
    retry: 'backoff',
    hint:
      filter === undefined
        ? 'Only tags such as 1.2.3 or v1.2.3 are versions; a pre-release is in a range that names one.'
        : `Only tags that match ${filter} were looked at.`,
  });
}

function versionOf(text: string): Version | undefined {
  return text.split('.').length < 3 ? undefined : tryParseVersion(text);
}

async function filterOf(pattern: string | undefined): Promise<(tag: string) => boolean> {
  if (pattern === undefined || pattern === '') return () => true;
  const { RE2JS } = await import('re2js');
  try {
    const compiled = RE2JS.compile(pattern);
    return (tag) => compiled.matcher(tag).find();
  } catch (cause) {
    const words = `the filter of tags is no regular expression of RE2: ${JSON.stringify(pattern.slice(0, 300))}`;
    throw new OciError('OCI_FILTER_INVALID', words, {
      cause,
      hint: 'Lookarounds and references back are not in RE2.',
    });
  }
}
