import { isDigest } from '@gitops-toolkit/core';
import { OciError } from './errors.ts';

/** A repository of a registry, and a place in it. */
export interface OciReference {
  /** With the port, as it is dialled: `ghcr.io`, `localhost:5000`. */
  readonly registry: string;
  /** `stefanprodan/podinfo` */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** Docker Hub, under the name that it is dialled by. */
export const DOCKER_HUB = 'index.docker.io';
const DOCKER_NAMES = new Set(['docker.io', 'registry-1.docker.io', DOCKER_HUB]);
const MAX_REPOSITORY = 255;
// The grammar of the distribution spec 1.1, "Pulling manifests".
const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const HOST =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$/;

/**
 * Takes a reference apart: `ghcr.io/org/app:1.0`, `localhost:5000/app@sha256:…`, with or without `oci://` before it. What
 * names no registry is of Docker Hub, and one word there is of `library`.
 *
 * @throws {@link OciError} `OCI_REFERENCE_INVALID`
 *
 * @example
 * ```ts
 * import { parseReference } from '@gitops-toolkit/oci';
 * const { registry, repository, tag } = parseReference('oci://ghcr.io/stefanprodan/manifests/podinfo:6.1.6');
 * console.log(registry, repository, tag); // ghcr.io stefanprodan/manifests/podinfo 6.1.6
 * ```
 */
export function parseReference(text: string): OciReference {
  const rest = text.replace(/^oci:\/\//, '');
  const [named = '', digest, ...more] = rest.split('@');
  if (more.length > 0 || (digest !== undefined && !isDigest(digest))) throw invalid(text, 'the digest');
  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/') && named.includes('/');
  const tag = hasTag ? named.slice(colon + 1) : undefined;
  if (tag !== undefined && !TAG.test(tag)) throw invalid(text, 'the tag');
  const { registry, repository } = splitName(hasTag ? named.slice(0, colon) : named);
  if (!HOST.test(registry)) throw invalid(text, 'the registry');
  if (!REPOSITORY.test(repository) || repository.length > MAX_REPOSITORY)
    throw invalid(text, 'the repository');
  return {
    registry: DOCKER_NAMES.has(registry) ? DOCKER_HUB : registry,
    repository,
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  };
}

/** A reference in one text; of a digest and a tag, both. */
export function formatReference({ registry, repository, tag, digest }: OciReference): string {
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** Whether a text may be a tag. */
export function isTag(text: string): boolean {
  return TAG.test(text);
}

function splitName(name: string): { registry: string; repository: string } {
  const slash = name.indexOf('/');
  const first = slash === -1 ? '' : name.slice(0, slash);
  const isRegistry = /[.:[]/.test(first) || first === 'localhost';
  const registry = isRegistry ? first : DOCKER_HUB;
  const repository = isRegistry ? name.slice(slash + 1) : name;
  const isOfficial = DOCKER_NAMES.has(registry) && !repository.includes('/');
  return { registry, repository: isOfficial ? `library/${repository}` : repository };
}

function invalid(text: string, part: string): OciError {
  return new OciError(
    'OCI_REFERENCE_INVALID',
    `not a reference of an OCI repository, for ${part} in it: ${JSON.stringify(text.slice(0, 300))}`,
    {
      hint: 'It is of the form registry/repository:tag or registry/repository@sha256:<digits>, in lower case.',
    },
  );
}
