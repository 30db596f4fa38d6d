// The module of the workers that build.
import { restoreTree, serveTasks, type TaskAnswer } from '@gitops-toolkit/core/node';
import { build } from '../build.ts';
import type { BuildResult } from '../build-options.ts';
import type { BuildRequest, BuildSummary } from './build-request.ts';

serveTasks({ build: serveBuild });

function serveBuild({ tree, remotes, options }: BuildRequest): TaskAnswer {
  const result = build(restoreTree(tree), {
    ...options,
    ...(remotes ? { remotes: new Map(remotes.map(([url, content]) => [url, restore(content)])) } : {}),
  });
  return { value: summaryOf(result), items: result.resources };
}

/** Functions of the result are made anew on the other side. */
function summaryOf(result: BuildResult): BuildSummary {
  const kept = Object.entries(result).filter(
    ([key, value]) => key !== 'resources' && typeof value !== 'function',
  );
  return Object.fromEntries(kept) as unknown as BuildSummary;
}

function restore(
  content: NonNullable<BuildRequest['remotes']>[number][1],
): Uint8Array | ReturnType<typeof restoreTree> {
  return content instanceof Uint8Array ? content : restoreTree(content);
}
