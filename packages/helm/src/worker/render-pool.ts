import { WorkerPool, type WorkerPoolOptions } from '@gitops-toolkit/core/node';

/** How a pool of renders works; see `WorkerPoolOptions`. */
export type RenderPoolOptions = Omit<WorkerPoolOptions, 'url' | 'name' | 'errorClasses'> & {
  /** The module of the workers, where a bundler has put it elsewhere. @default the one of this package */
  readonly url?: URL;
};

let shared: WorkerPool | undefined;

/**
 * A pool of workers that render charts, for who wants to say how many there are, and to end them.
 *
 * @example
 * ```ts
 * import { MemoryTree } from '@gitops-toolkit/core';
 * import { createRenderPool, renderInWorker } from '@gitops-toolkit/helm/node';
 * await using pool = createRenderPool({ size: 2, budget: { timeoutMs: 5000 } });
 * const chart = MemoryTree.from({ 'Chart.yaml': '{apiVersion: v2, name: web, version: 1.0.0}' });
 * const result = await renderInWorker(chart, { release: { name: 'shop' }, pool });
 * ```
 */
export function createRenderPool(options: RenderPoolOptions = {}): WorkerPool {
  return new WorkerPool({
    url: defaultUrl(),
    ...options,
    name: 'render',
    errorClasses: async () => (await import('./error-classes.ts')).helmErrorClasses,
  });
}

/** The pool of those who name none. Its workers end when they are idle, so nobody needs to end it. */
export function sharedRenderPool(): WorkerPool {
  return (shared ??= createRenderPool());
}

function defaultUrl(): URL {
  return import.meta.url.endsWith('.ts')
    ? new URL('./render-worker.ts', import.meta.url)
    : new URL('./render-worker.js', import.meta.url);
}
