import type { FileTree } from '@gitops-toolkit/core';
import { emit } from '@gitops-toolkit/yaml';
import { KustomizeError } from '../errors.ts';
import type { DecodeMode } from '../load/decode.ts';
import type { Kustomization } from '../load/kustomization.ts';
import { kustomizationFields } from '../load/kustomization-fields.ts';
import { KUSTOMIZATION_NAMES } from '../load/kustomization-file.ts';
import { OverlayTree } from '../load/overlay-tree.ts';
import { decodeSettings, readSettings } from '../load/read-yaml.ts';
import type { KustomizationSpec } from './kustomization-spec.ts';
import { mergeSpec } from './merge-spec.ts';
import { omitEmpty } from './omit-empty.ts';
import { scanManifests } from './scan-manifests.ts';

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
