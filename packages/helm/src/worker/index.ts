/**
 * Charts rendered in worker threads, for Node: the caller goes on meanwhile, and a render ends at its budget of time,
 * memory and output.
 *
 * @module
 */
export { helmErrorClasses } from './error-classes.ts';
export { type AsyncLookup, renderInWorker, type WorkerRenderOptions } from './render-in-worker.ts';
export { createRenderPool, type RenderPoolOptions } from './render-pool.ts';
export type { WorkerSprigOptions } from './render-request.ts';
