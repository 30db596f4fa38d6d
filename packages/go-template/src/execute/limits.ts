/** Bounds on what an execution may take; one that goes beyond fails with `GO_TEMPLATE_LIMIT`. */
export interface ExecutionLimits {
  /** UTF-16 units of output, those of templates within templates included. @default 64 Mi */
  readonly maxOutput?: number;
  /** Rounds of all loops together. @default 10_000_000 */
  readonly maxIterations?: number;
  /** Templates within templates. @default 1000 */
  readonly maxDepth?: number;
  /** Looked at between rounds of loops and calls of templates. */
  readonly signal?: AbortSignal;
}

/** What is left of the limits, shared by the executions within an execution. */
export class Budget {
  readonly #maxOutput: number;
  readonly #maxIterations: number;
  readonly maxDepth: number;
  readonly #signal: AbortSignal | undefined;
  #output = 0;
  #iterations = 0;
  depth = 0;

  constructor(limits: ExecutionLimits = {}) {
    this.#maxOutput = limits.maxOutput ?? 64 << 20;
    this.#maxIterations = limits.maxIterations ?? 10_000_000;
    this.maxDepth = limits.maxDepth ?? 1000;
    this.#signal = limits.signal;
  }

  /** Counts output; what is over the limit is said in words. */
  write(units: number): string | undefined {
    this.#output += units;
    return this.#output > this.#maxOutput ? `more than ${this.#maxOutput} characters of output` : undefined;
  }

  /** Counts a round of a loop; what is over the limit is said in words. */
  iterate(): string | undefined {
    this.#signal?.throwIfAborted();
    return ++this.#iterations > this.#maxIterations
      ? `more than ${this.#maxIterations} rounds of loops`
      : undefined;
  }
}
