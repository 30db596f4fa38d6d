import { type FileTree, type KubeObject, normalizePath, type Resource } from '@gitops-toolkit/core';
import type { Accumulator } from './accumulate/accumulator.ts';
import { forgettingKinds } from './accumulate/cluster-scope.ts';
import { fixNameReferences } from './accumulate/name-reference.ts';
import { checkMetadata } from './accumulate/read-resources.ts';
import type { ResourceNode } from './accumulate/resource-node.ts';
import { resolveVars } from './accumulate/resolve-vars.ts';
import { Target } from './accumulate/target.ts';
import type { BuildOptions, BuildResult } from './build-options.ts';
import { finishAnnotations } from './emit/finish-annotations.ts';
import { resourcesToYaml } from './emit/resources-to-yaml.ts';
import { sortResources } from './emit/sort-resources.ts';
import { inStep } from './errors.ts';
import { startTrace, traceOf } from './explain/build-trace.ts';
import { makeExplainable } from './explain/explain.ts';
import { readSchemaFiles } from './extend/schema-files.ts';
import { appendHashes } from './generate/hash.ts';
import { BuildContext } from './load/build-context.ts';
import type { Kustomization } from './load/kustomization.ts';
import { Loader } from './load/loader.ts';
import { addEntries } from './transform/add-entries.ts';
import { fieldSpec } from './transform/field-spec.ts';

const LOCAL_CONFIG = 'config.kubernetes.io/local-config';

/**
 * Builds the kustomization in a directory of a tree: what `kustomize build` v5.8.1 prints, as objects.
 *
 * A function of its arguments: nothing is read but the tree and the remote contents in the options, no
 * program is run, and two builds share no state.
 *
 * @throws KustomizeError with the place in the file that is at fault, where there is one. All codes are
 *   in `docs/errors/kustomize.md`; none is worth a retry with the same input.
 *
 * @example
 * ```ts
 * import { MemoryTree } from '@gitops-toolkit/core';
 * import { build } from '@gitops-toolkit/kustomize';
 * const tree = MemoryTree.from({
 *   'kustomization.yaml': 'namePrefix: staging-\nresources: [account.yaml]\n',
 *   'account.yaml': 'apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: web\n',
 * });
 * console.log(build(tree).toYaml()); // apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: staging-web\n
 * ```
 */
export function build(tree: FileTree, options: BuildOptions = {}): BuildResult {
  const context = new BuildContext(options);
  const result = toResult(buildNodes(tree, options, context), context);
  makeExplainable(result, () => {
    const again = new BuildContext(options);
    const trace = startTrace(again);
    return { nodes: buildNodes(tree, options, again), trace };
  });
  return result;
}

function buildNodes(tree: FileTree, options: BuildOptions, context: BuildContext): readonly ResourceNode[] {
  const path = options.path ?? '';
  const run = (): readonly ResourceNode[] => finish(tree, path, options, context);
  // The root of the tree goes without saying.
  return forgettingKinds(() => (normalizePath(path) === '' ? run() : inStep(path, run)));
}

function finish(
  tree: FileTree,
  path: string,
  options: BuildOptions,
  context: BuildContext,
): readonly ResourceNode[] {
  const { schemaFiles } = options.extensions ?? {};
  if (schemaFiles)
    context.schemas.addExtra(readSchemaFiles(schemaFiles, Loader.atDirectory(context, tree, '')));
  const target = Target.load(Loader.atDirectory(context, tree, path));
  const gathered = target.accumulate();
  const { kustomization } = target.file;
  const { resources } = gathered;
  const note = (step: string): void =>
    traceOf(context)?.after(
      { kind: 'transformer', step, kustomization: target.file.settings.name },
      resources.nodes,
    );
  resolveNames(gathered, context, note);
  // A patch may have taken what makes a resource one.
  for (const node of resources.nodes) checkMetadata(node.value, () => node.place);
  resources.retain((node) => !isLocalConfig(node));
  sortResources(resources, kustomization.sortOptions, options.reorder ?? 'legacy');
  labelManaged(gathered, kustomization, options);
  for (const node of resources.nodes) finishAnnotations(node, kustomization.buildMetadata ?? []);
  note('buildMetadata');
  return resources.nodes;
}

/** What is done once, when the names of all resources are known. */
function resolveNames(gathered: Accumulator, context: BuildContext, note: (step: string) => void): void {
  appendHashes().transform(gathered.resources);
  note('name hash');
  fixNameReferences(gathered.config.nameReference).transform(gathered.resources);
  note('name references');
  const unused = resolveVars(gathered.resources, gathered.vars, gathered.config.varReference);
  note('vars');
  if (unused.length > 0) context.warn(`well-defined vars that were never replaced: ${unused.join(',')}`);
}

function isLocalConfig(node: ResourceNode): boolean {
  const annotations = node.textMap('annotations');
  return Object.hasOwn(annotations, LOCAL_CONFIG) && annotations[LOCAL_CONFIG] !== 'false';
}

function labelManaged(gathered: Accumulator, kustomization: Kustomization, options: BuildOptions): void {
  if (!options.managedByLabel && !kustomization.buildMetadata?.includes('managedByLabel')) return;
  const label = { 'app.kubernetes.io/managed-by': `kustomize-${options.version ?? 'v5.8.1'}` };
  addEntries(label, [fieldSpec('metadata/labels', true)]).transform(gathered.resources);
}

function toResult(nodes: readonly ResourceNode[], context: BuildContext): BuildResult {
  const resources = nodes.map((node): Resource => {
    const object = node.value as KubeObject;
    return node.source ? { object, origin: node.source } : { object };
  });
  return {
    resources,
    warnings: context.warnings,
    filesRead: [...context.filesRead].toSorted(),
    toYaml: () => resourcesToYaml(resources),
  };
}
