import type { FileTree, Resource } from '@gitops-toolkit/core';
import { shareTree, type WorkerBudget, type WorkerPool } from '@gitops-toolkit/core/node';
import type { BuildOptions, BuildResult } from '../build-options.ts';
import { resourcesToYaml } from '../emit/resources-to-yaml.ts';
import type { RemoteContents } from '../load/remote-contents.ts';
import { sharedBuildPool } from './build-pool.ts';
import type { BuildRequest, BuildSummary, WithoutFunctions } from './build-request.ts';

/** What {@link buildInWorker} is told: the options of `build` but functions, which no other thread can call. */
export type WorkerBuildOptions = WithoutFunctions<BuildOptions> & {
  /** Ends the build, wherever it is. */
  readonly signal?: AbortSignal;
  /** What the build may use. */
  readonly budget?: WorkerBudget;
  /** The workers to build in. @default one pool for all who name none */
  readonly pool?: WorkerPool;
};

/**
 * What `build` does, in a worker thread: the calling thread goes on, and is never held up for more than a few
 * milliseconds, whatever the tree and the result are. The same result, and the same errors.
 *
 * A tree is brought over once for all builds of it. Charts cannot be rendered, since the function that does so cannot
 * be brought over: an entry of `helmCharts` fails with `KUSTOMIZE_HELM_DISABLED`. Only `toYaml` of the result works
 * in the calling thread.
 *
 * @throws KustomizeError as `build` does; CoreError `WORKER_TIMEOUT`, `WORKER_HEAP_LIMIT` and `WORKER_OUTPUT_LIMIT`
 *   where the budget is used up, `WORKER_CRASHED`, `WORKER_POOL_CLOSED`; the reason of the signal.
 *
 * @example
 * ```ts
 * import { MemoryTree } from '@gitops-toolkit/core';
 * import { buildInWorker } from '@gitops-toolkit/kustomize/node';
 * const tree = MemoryTree.from({ 'kustomization.yaml': 'configMapGenerator: [{ name: a, literals: [b=c] }]\n' });
 * const { resources } = await buildInWorker(tree, { budget: { timeoutMs: 5000, maxHeapMb: 256 } });
 * console.log(resources[0]?.object.kind); // ConfigMap
 * ```
 */
export async function buildInWorker(tree: FileTree, options: WorkerBuildOptions = {}): Promise<BuildResult> {
  const { signal, budget, pool = sharedBuildPool(), remotes, ...rest } = options;
  const request: BuildRequest = {
    tree: await shareTree(tree),
    ...(remotes ? { remotes: await shareRemotes(remotes) } : {}),
    options: rest,
  };
  const { value, items } = await pool.run('build', request, {
    ...(signal ? { signal } : {}),
    ...(budget ? { budget } : {}),
  });
  const resources = (items as Resource[]).map(({ object, origin }) =>
    origin ? { object, origin } : { object },
  );
  return { ...(value as BuildSummary), resources, toYaml: () => resourcesToYaml(resources) };
}

async function shareRemotes(remotes: RemoteContents): Promise<NonNullable<BuildRequest['remotes']>> {
  return Promise.all(
    [...remotes].map(async ([url, content]) => {
      return [url, content instanceof Uint8Array ? content : await shareTree(content)] as const;
    }),
  );
}
