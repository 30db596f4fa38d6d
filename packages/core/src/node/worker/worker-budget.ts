/** What one task in a worker may use. */
export interface WorkerBudget {
  /** Milliseconds from when the worker begins with the task. @default 60 000 */
  readonly timeoutMs?: number;
  /**
   * MiB of the worker's heap and buffers, what is not collected yet included. It is looked at every 20 ms.
   * @default 1024
   */
  readonly maxHeapMb?: number;
  /** Bytes of the whole answer as JSON. @default 128 MiB */
  readonly maxOutputBytes?: number;
  /** Bytes of each item of the answer as JSON. @default as much as the whole */
  readonly maxItemBytes?: number;
}

/** A budget with nothing left open. */
export type WholeBudget = Required<WorkerBudget>;

/** The first budget, what it leaves open from the second, and the rest by default. */
export function wholeBudget(budget: WorkerBudget = {}, base: WorkerBudget = {}): WholeBudget {
  const maxOutputBytes = budget.maxOutputBytes ?? base.maxOutputBytes ?? 128 * 1024 * 1024;
  return {
    timeoutMs: budget.timeoutMs ?? base.timeoutMs ?? 60_000,
    maxHeapMb: budget.maxHeapMb ?? base.maxHeapMb ?? 1024,
    maxOutputBytes,
    maxItemBytes: budget.maxItemBytes ?? base.maxItemBytes ?? maxOutputBytes,
  };
}
