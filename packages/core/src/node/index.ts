/**
 * The parts of core that need a disk or a process: trees on disk, archives, and work in threads.
 *
 * @module
 */

export { packArchive, type PackOptions, packTar } from './archive/pack.ts';
export { unpackArchive, type UnpackLimits, type UnpackOptions } from './archive/unpack.ts';
export { createBreather } from './breather.ts';
export { type Flag, type ParsedFlags, parseFlags, UsageError } from './command-line/flags.ts';
export { writeAllSync } from './command-line/write-all.ts';
export { copyTree, type CopyTreeOptions } from './copy-tree.ts';
export { DiskTree } from './disk-tree.ts';
export { filterTreeAsync, loadIgnoreRulesAsync } from './filter-tree-async.ts';
export type { ErrorClasses, ErrorFactory } from './worker/error-message.ts';
export { serveTasks, type TaskAnswer, type TaskHandlers } from './worker/serve-tasks.ts';
export { restoreTree, type SharedTree, shareTree } from './worker/shared-tree.ts';
export type { WorkerBudget } from './worker/worker-budget.ts';
export {
  type PoolAnswer,
  type RunOptions,
  WorkerPool,
  type WorkerPoolOptions,
} from './worker/worker-pool.ts';
