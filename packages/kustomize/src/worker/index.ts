/**
 * Builds in worker threads, for Node: the caller goes on meanwhile, and a build ends at its budget of time, memory
 * and output.
 *
 * @module
 */
export { buildInWorker, type WorkerBuildOptions } from './build-in-worker.ts';
export { type BuildPoolOptions, createBuildPool } from './build-pool.ts';
export { kustomizeErrorClasses } from './error-classes.ts';
