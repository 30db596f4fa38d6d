// The module of the workers that build.
import { restoreTree, serveTasks, type TaskAnswer } from '@gitops-toolkit/core/node';
import { build } from '../build.ts';
import type { BuildRequest, BuildSummary } from './build-request.ts';

serveTasks({ build: serveBuild });

function serveBuild({ tree, remotes, options }: BuildRequest): TaskAnswer {
  const {
    resources,
    toYaml: _,
    ...rest
  } = build(restoreTree(tree), {
    ...options,
    ...(remotes ? { remotes: new Map(remotes.map(([url, content]) => [url, restore(content)])) } : {}),
  });
  return { value: rest satisfies BuildSummary, items: resources };
}

function restore(
  content: NonNullable<BuildRequest['remotes']>[number][1],
): Uint8Array | ReturnType<typeof restoreTree> {
  return content instanceof Uint8Array ? content : restoreTree(content);
}
