import type { FileTree } from '@gitops-toolkit/core';
import { emit } from '@gitops-toolkit/yaml';
import { KustomizeError } from '../errors.ts';
import type { DecodeMode } from '../load/decode.ts';
import type { ImageArgs, Kustomization, PatchArgs } from '../load/kustomization.ts';
import { kustomizationFields } from '../load/kustomization-fields.ts';
import { KUSTOMIZATION_NAMES } from '../load/kustomization-file.ts';
import { OverlayTree } from '../load/overlay-tree.ts';
import { decodeSettings, readSettings } from '../load/read-yaml.ts';
import type { SelectorFields } from '../load/selector-fields.ts';
import { omitEmpty } from './omit-empty.ts';
import { scanManifests } from './scan-manifests.ts';

/** A patch of a Flux Kustomization. */
export interface KustomizationPatch {
  /** A strategic merge patch or JSON patch, in YAML or JSON. */
  readonly patch: string;
  readonly target?: SelectorFields;
}

/** An image override of a Flux Kustomization. */
export interface KustomizationImage {
  readonly name: string;
  readonly newName?: string;
  readonly newTag?: string;
  readonly digest?: string;
}

/** The fields of a Flux Kustomization's spec that become part of the kustomization that is built. */
export interface KustomizationSpec {
  readonly targetNamespace?: string;
  readonly namePrefix?: string;
  readonly nameSuffix?: string;
  /** Added after those of the file. */
  readonly patches?: readonly KustomizationPatch[];
  /** Those of the file with the same name are changed, others added. */
  readonly images?: readonly KustomizationImage[];
  /** Paths from the kustomization's directory. */
  readonly components?: readonly string[];
  /** Leaves out components that are not there. @default false */
  readonly ignoreMissingComponents?: boolean;
  /** Takes the place of the file's. */
  readonly buildMetadata?: readonly string[];
}

/** Fields that Flux does not know are dropped, as it reads and writes the file. */
const LENIENT: DecodeMode = { strict: false, lenientTexts: true, what: 'Kustomization' };

/**
 * What Flux's kustomize-controller makes of a directory before it builds it: the kustomization that is
 * there, or one that lists every manifest below, with the fields of the Flux object's spec merged in.
 *
 * @param path The directory, from the root of the tree.
 * @returns A tree with that kustomization in the directory's; build it with {@link FLUX_BUILD_OPTIONS}.
 * @throws KustomizeError KUSTOMIZE_NOT_FOUND when there is no such directory; KUSTOMIZE_INVALID_YAML and
 *   KUSTOMIZE_INVALID_RESOURCE for a file that holds no Kubernetes objects, where files are listed;
 *   KUSTOMIZE_INVALID_KUSTOMIZATION for a kustomization that cannot be read or a component's path that is
 *   not local and relative.
 *
 * @example
 * ```ts
 * import { MemoryTree } from '@gitops-toolkit/core';
 * import { build, FLUX_BUILD_OPTIONS, generateKustomization } from '@gitops-toolkit/kustomize';
 * const tree = MemoryTree.from({
 *   'apps/account.yaml': 'apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: web\n',
 * });
 * const generated = generateKustomization(tree, 'apps', { targetNamespace: 'shop' });
 * build(generated, { path: 'apps', ...FLUX_BUILD_OPTIONS }).resources[0]?.object.metadata.namespace; // 'shop'
 * ```
 */
export function generateKustomization(tree: FileTree, path: string, spec: KustomizationSpec): FileTree {
  const directory = tree.resolve(path.replace(/^\/+/, '').replace(/\/+$/, ''));
  if (directory === undefined || tree.stat(directory)?.kind !== 'directory') {
    throw new KustomizeError('KUSTOMIZE_NOT_FOUND', `kustomization path not found: ${path}`, {
      hint: 'Correct spec.path, or add the directory to the source.',
    });
  }
  const { file, kustomization } = findKustomization(tree, directory) ?? scanKustomization(tree, directory);
  const merged = mergeSpec(
    kustomization,
    spec,
    (component) => tree.stat(join(directory, component)) !== undefined,
  );
  return new OverlayTree(tree, file, new TextEncoder().encode(emit(omitEmpty(merged))));
}

interface FoundKustomization {
  /** From the root of the tree. */
  readonly file: string;
  readonly kustomization: Kustomization;
}

function findKustomization(tree: FileTree, directory: string): FoundKustomization | undefined {
  for (const name of KUSTOMIZATION_NAMES) {
    const file = join(directory, name);
    const bytes = tree.read(file);
    if (!bytes) continue;
    const code = 'KUSTOMIZE_INVALID_KUSTOMIZATION';
    const loaded = { bytes, name: file, path: file, writtenPath: name };
    const settings = readSettings(loaded, code, 'error converting YAML to JSON: ');
    const read = rewording('error unmarshaling JSON: while decoding JSON: ', () =>
      decodeSettings(settings, settings.document?.value, kustomizationFields, { code, mode: LENIENT }),
    );
    // A kustomization that generates everything says so in the objects.
    return {
      file,
      kustomization: read.resources?.length ? read : { ...read, buildMetadata: ['originAnnotations'] },
    };
  }
  return undefined;
}

function rewording<T>(prefix: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof KustomizeError ? error.reworded(prefix + error.summary) : error;
  }
}

function scanKustomization(tree: FileTree, directory: string): FoundKustomization {
  const resources = scanManifests(tree, directory);
  const file = join(directory, 'kustomization.yaml');
  // An empty kustomization is an error to kustomize; a namespace that nothing is in makes it none.
  return { file, kustomization: resources.length > 0 ? { resources } : { namespace: '_placeholder' } };
}

function join(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}

function mergeSpec(
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
