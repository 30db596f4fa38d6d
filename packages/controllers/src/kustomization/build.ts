import { type FileTree, type KubeObject, type Resource, sha256Hex } from '@gitops-toolkit/core';
import type { Kustomization } from '@gitops-toolkit/api';
import { build, FLUX_BUILD_OPTIONS, generateKustomization, substitute } from '@gitops-toolkit/kustomize';
import { emitDocuments } from '@gitops-toolkit/yaml';
import { ControllersError } from '../errors.ts';
import type { BuildInput, BuiltKustomization } from './builder.ts';

/**
 * Builds what a Kustomization names: its kustomization with the spec's fields merged in, then the common
 * metadata, then the substitution of variables.
 */
export function buildKustomization(
  object: Pick<Kustomization, 'spec'>,
  input: BuildInput,
): BuiltKustomization {
  const path = requirePath(object, input.tree);
  const tree = generateKustomization(input.tree, path, object.spec);
  const built = build(tree, { ...FLUX_BUILD_OPTIONS, path });
  const labelled = built.resources.map((resource) => addCommonMetadata(resource, object.spec.commonMetadata));
  const resources = substituteVariables(object, labelled, input);
  return { resources, digest: `sha256:${sha256Hex(emitDocuments(resources.map((r) => r.object)))}` };
}

function requirePath(object: Pick<Kustomization, 'spec'>, tree: FileTree): string {
  const path = (object.spec.path ?? '').replace(/^(\.?\/)+/, '').replace(/^\.$/, '');
  const resolved = tree.resolve(path);
  if (resolved !== undefined && tree.stat(resolved)?.kind === 'directory') return resolved;
  const folders = [...tree.list('')]
    .filter((entry) => entry.kind === 'directory')
    .map((entry) => `./${entry.name}`);
  throw new ControllersError(
    'CONTROLLERS_PATH_NOT_FOUND',
    `kustomization path not found: ${object.spec.path}`,
    {
      hint: `The source holds ${folders.slice(0, 10).join(', ') || 'no folder'}.`,
    },
  );
}

function addCommonMetadata(resource: Resource, common: Kustomization['spec']['commonMetadata']): Resource {
  if (!common?.labels && !common?.annotations) return resource;
  const metadata = { ...resource.object.metadata };
  if (common.labels) metadata.labels = { ...metadata.labels, ...common.labels };
  if (common.annotations) metadata.annotations = { ...metadata.annotations, ...common.annotations };
  const object: KubeObject = { ...resource.object, metadata };
  return { ...resource, object };
}

function substituteVariables(
  object: Pick<Kustomization, 'spec'>,
  resources: readonly Resource[],
  input: BuildInput,
): Resource[] {
  if (!object.spec.postBuild) return [...resources];
  const strategy = object.spec.postBuild.substituteStrategy ?? 'WithVariables';
  return substitute(resources, input.variables, { strict: input.strictSubstitution, strategy });
}
