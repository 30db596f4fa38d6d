// The module of the workers that build what Kustomizations name.
import type { Kustomization } from '@gitops-toolkit/api';
import { restoreTree, serveTasks, type SharedTree } from '@gitops-toolkit/core/node';
import { buildKustomization } from './build.ts';
import type { BuildInput } from './builder.ts';

/** A build as it is sent to a worker. */
export interface BuildRequest extends Omit<BuildInput, 'tree'> {
  readonly spec: Kustomization['spec'];
  readonly tree: SharedTree;
}

serveTasks({
  build: ({ spec, tree, ...input }: BuildRequest) => {
    const { resources, ...value } = buildKustomization({ spec }, { ...input, tree: restoreTree(tree) });
    return { value, items: resources };
  },
});
