import { KustomizeError } from '../errors.ts';
import type { ImageArgs, Kustomization, PatchArgs } from '../load/kustomization.ts';
import type { KustomizationImage, KustomizationPatch, KustomizationSpec } from './kustomization-spec.ts';

/**
 * A kustomization with the fields of a Flux Kustomization's spec merged in.
 *
 * @param exists Whether there is something at a path from the kustomization's directory.
 * @throws KustomizeError KUSTOMIZE_INVALID_KUSTOMIZATION for a component's path that is not local and relative.
 */
export function mergeSpec(
  base: Kustomization,
  spec: KustomizationSpec,
  exists: (path: string) => boolean,
): Kustomization {
  const { targetNamespace, namePrefix, nameSuffix, buildMetadata } = spec;
  return {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    ...base,
    ...(targetNamespace === undefined ? {} : { namespace: targetNamespace }),
    ...(namePrefix === undefined ? {} : { namePrefix }),
    ...(nameSuffix === undefined ? {} : { nameSuffix }),
    ...(buildMetadata?.length ? { buildMetadata } : {}),
    ...withPatches(base.patches, spec.patches),
    ...withImages(base.images, spec.images),
    ...withComponents(base.components, spec, exists),
  };
}

function withPatches(
  base: readonly PatchArgs[] | undefined,
  added: readonly KustomizationPatch[] | undefined,
): Pick<Kustomization, 'patches'> {
  if (!added?.length) return {};
  return {
    patches: [
      ...(base ?? []),
      ...added.map(({ patch, target }) => ({ patch, ...(target ? { target } : {}) })),
    ],
  };
}

function withImages(
  base: readonly ImageArgs[] | undefined,
  added: readonly KustomizationImage[] | undefined,
): Pick<Kustomization, 'images'> {
  if (!added?.length) return {};
  const images = [...(base ?? [])];
  for (const image of added) {
    const i = images.findIndex(({ name }) => name === image.name);
    const old = images[i];
    if (old) images[i] = overrideImage(old, image);
    else images.push(image);
  }
  return { images };
}

/** Tag and digest go together: a new one of either drops the old other. */
function overrideImage(old: ImageArgs, { newName, newTag = '', digest = '' }: KustomizationImage): ImageArgs {
  return {
    ...old,
    ...(newName ? { newName } : {}),
    ...(newTag !== '' || digest !== '' ? { newTag, digest } : {}),
  };
}

const REMOTE_PREFIX = /^(git::|gh:|ssh:\/\/|https:\/\/|http:\/\/|git@|github\.com:|github\.com\/)./i;

function withComponents(
  base: readonly string[] | undefined,
  { components, ignoreMissingComponents }: KustomizationSpec,
  exists: (path: string) => boolean,
): Pick<Kustomization, 'components'> {
  if (!components?.length) return {};
  for (const component of components) {
    if (!REMOTE_PREFIX.test(component) && !component.replace(/^file:\/\//i, '').startsWith('/')) continue;
    throw new KustomizeError(
      'KUSTOMIZE_INVALID_KUSTOMIZATION',
      `component path '${component}' must be local and relative`,
      { hint: 'Name components by their paths from the directory of spec.path.' },
    );
  }
  const kept = components.filter((component) => !ignoreMissingComponents || exists(component));
  return { components: [...(base ?? []), ...kept] };
}
