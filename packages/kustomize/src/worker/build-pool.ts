import { WorkerPool, type WorkerPoolOptions } from '@gitops-toolkit/core/node';

/** How a pool of builds works; see `WorkerPoolOptions`. */
export type BuildPoolOptions = Omit<WorkerPoolOptions, 'url' | 'name' | 'errorClasses'> & {
  /** The module of the workers, where a bundler has put it elsewhere. @default the one of this package */
  readonly url?: URL;
};

let shared: WorkerPool | undefined;

/**
 * A pool of workers that build, for who wants to say how many there are, and to end them.
 *
 * @example
 * ```ts
 * import { MemoryTree } from '@gitops-toolkit/core';
 * import { buildInWorker, createBuildPool } from '@gitops-toolkit/kustomize/node';
 * await using pool = createBuildPool({ size: 2, budget: { timeoutMs: 5000 } });
 * const tree = MemoryTree.from({ 'kustomization.yaml': 'configMapGenerator: [{ name: a, literals: [b=c] }]\n' });
 * const { resources } = await buildInWorker(tree, { pool });
 * ```
 */
export function createBuildPool(options: BuildPoolOptions = {}): WorkerPool {
  return new WorkerPool({
    url: defaultUrl(),
    ...options,
    name: 'build',
    errorClasses: async () => (await import('./error-classes.ts')).kustomizeErrorClasses,
  });
}

/** The pool of those who name none. Its workers end when they are idle, so nobody needs to end it. */
export function sharedBuildPool(): WorkerPool {
  return (shared ??= createBuildPool());
}

function defaultUrl(): URL {
  return import.meta.url.endsWith('.ts')
    ? new URL('./build-worker.ts', import.meta.url)
    : new URL('./build-worker.js', import.meta.url);
}
