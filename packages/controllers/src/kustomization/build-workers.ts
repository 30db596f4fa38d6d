import type { Kustomization } from '@gitops-toolkit/api';
import type { Resource } from '@gitops-toolkit/core';
import { type ErrorClasses, shareTree, type WorkerBudget, WorkerPool } from '@gitops-toolkit/core/node';
import { ControllersError, type ControllersErrorCode } from '../errors.ts';
import type { BuildRequest } from './build-worker.ts';
import type { BuildInput, BuiltKustomization, KustomizationBuilder } from './builder.ts';

/** An API server takes no larger request, so the build need not be longer than this at any one object. */
const MAX_OBJECT_BYTES = 3 * 1024 * 1024;
/** One that works, and one that is ready for whoever comes while that is at something long. */
const KEPT_WORKERS = 2;

/** What each build of a Kustomization may use. */
export interface BuildBudget {
  /** Milliseconds; the timeout of the object where that is shorter. @default 60 000 */
  readonly timeoutMs?: number;
  /** MiB of heap. @default 1024 */
  readonly maxHeapMb?: number;
  /** Bytes of all objects together, as JSON. @default 64 MiB */
  readonly maxOutputBytes?: number;
}

/** Builds in worker threads: a build that takes long, or never ends, holds up nobody. */
export class BuildWorkers implements KustomizationBuilder, AsyncDisposable {
  readonly #pool: WorkerPool;
  readonly #timeoutMs: number;

  /** @param concurrency As many builds may take long at the same time. */
  constructor(concurrency: number, budget: BuildBudget = {}) {
    const { timeoutMs = 60_000, maxHeapMb = 1024, maxOutputBytes = 64 * 1024 * 1024 } = budget;
    const whole: WorkerBudget = { timeoutMs, maxHeapMb, maxOutputBytes, maxItemBytes: MAX_OBJECT_BYTES };
    this.#timeoutMs = timeoutMs;
    this.#pool = new WorkerPool({
      url: workerUrl(),
      name: 'build',
      overflow: concurrency,
      keep: KEPT_WORKERS,
      budget: whole,
      errorClasses,
    });
  }

  /**
   * Builds within the budget. Objects of different namespaces take turns where they have to wait.
   *
   * @throws What the build throws; CoreError `WORKER_TIMEOUT`, `WORKER_HEAP_LIMIT`, `WORKER_OUTPUT_LIMIT`,
   *   `WORKER_CRASHED`; the reason of the signal.
   */
  async build(object: Kustomization, input: BuildInput, signal: AbortSignal): Promise<BuiltKustomization> {
    const { variables, strictSubstitution } = input;
    const { spec, metadata } = object;
    // Who only describes a controller does not wait for what a run needs.
    const { timeoutOf } = await import('./health.ts');
    const tree = await shareTree(input.tree);
    const request: BuildRequest = { spec, tree, variables: { ...variables }, strictSubstitution };
    const { value, items } = await this.#pool.run('build', request, {
      signal,
      group: metadata.namespace ?? '',
      budget: { timeoutMs: Math.min(this.#timeoutMs, timeoutOf(object)) },
    });
    return { ...(value as Omit<BuiltKustomization, 'resources'>), resources: items as Resource[] };
  }

  /** Ends the workers now; builds that are not done fail with `WORKER_POOL_CLOSED`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool[Symbol.asyncDispose]();
  }

  /** Ends the workers when the signal says so, each once it has nothing to do. */
  endWith(signal: AbortSignal): void {
    if (signal.aborted) this.#pool.drain();
    else signal.addEventListener('abort', () => this.#pool.drain(), { once: true });
  }
}

async function errorClasses(): Promise<ErrorClasses> {
  const { kustomizeErrorClasses } = await import('@gitops-toolkit/kustomize/node');
  return {
    ...kustomizeErrorClasses,
    CONTROLLERS: (code, message, options) =>
      new ControllersError(code as ControllersErrorCode, message, options),
  };
}

/** Beside this module, both among the sources and among the bundles. */
function workerUrl(): URL {
  return import.meta.url.endsWith('.ts')
    ? new URL('./build-worker.ts', import.meta.url)
    : new URL('./build-worker.js', import.meta.url);
}
