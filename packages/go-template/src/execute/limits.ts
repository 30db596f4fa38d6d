/** Bounds on what an execution may take; one that goes beyond fails with `GO_TEMPLATE_LIMIT`. */
export interface ExecutionLimits {
  /** UTF-16 units of output, those of templates within templates included. @default 64 Mi */
  readonly maxOutput?: number;
  /** Rounds of all loops together. @default 10_000_000 */
  readonly maxIterations?: number;
  /** Templates within templates. @default 1000 */
  readonly maxDepth?: number;
  /**
   * What functions read and make, all calls together, in UTF-16 units of texts. A value that is gone through within
   * others counts as 16 of them. @default 256 Mi
   */
  readonly maxWork?: number;
  /** Keys, certificates' keys and hashes of passwords that functions make: each takes a tenth of a second. @default 100 */
  readonly maxKeys?: number;
  /** Looked at between rounds of loops and calls of templates. */
  readonly signal?: AbortSignal;
}

/** A limit by its name in {@link ExecutionLimits}; none for what the JavaScript engine sets itself. */
export type LimitName = Exclude<keyof ExecutionLimits, 'signal'>;

/** Thrown by functions for what is beyond a limit. Unlike their other failures, no template can take it for an answer. */
export class LimitError extends Error {
  readonly limit: LimitName | undefined;

  /** @param excess what there is too much of, as in `more than 10 rounds of loops` */
  constructor(excess: string, limit?: LimitName, options?: ErrorOptions) {
    super(`a limit is exceeded: ${excess}`, options);
    this.name = 'LimitError';
    this.limit = limit;
  }
}

/** What is left of the limits, shared by the executions within an execution. */
export class Budget {
  readonly maxDepth: number;
  readonly #limits: Required<Omit<ExecutionLimits, 'maxDepth' | 'signal'>>;
  readonly #signal: AbortSignal | undefined;
  #output = 0;
  #iterations = 0;
  #work = 0;
  #keys = 0;
  depth = 0;

  constructor(limits: ExecutionLimits = {}) {
    this.maxDepth = limits.maxDepth ?? 1000;
    this.#limits = {
      maxOutput: limits.maxOutput ?? 64 << 20,
      maxIterations: limits.maxIterations ?? 10_000_000,
      maxWork: limits.maxWork ?? 256 << 20,
      maxKeys: limits.maxKeys ?? 100,
    };
    this.#signal = limits.signal;
  }

  /** Counts output; gives what is wrong where there is too much. */
  write(units: number): LimitError | undefined {
    this.#output += units;
    return this.#output > this.#limits.maxOutput
      ? tooMuch(this.#limits, 'maxOutput', 'characters of output')
      : undefined;
  }

  /** Counts a round of a loop; gives what is wrong where there are too many. @throws The reason of the signal. */
  iterate(): LimitError | undefined {
    this.#signal?.throwIfAborted();
    return ++this.#iterations > this.#limits.maxIterations
      ? tooMuch(this.#limits, 'maxIterations', 'rounds of loops')
      : undefined;
  }

  /** Counts what a function reads or makes. @throws LimitError */
  work(units: number): void {
    this.#work += units;
    if (this.#work > this.#limits.maxWork)
      throw tooMuch(this.#limits, 'maxWork', 'characters and elements in functions');
  }

  /** Counts a key or a hash that takes long. @throws LimitError */
  key(): void {
    if (++this.#keys > this.#limits.maxKeys)
      throw tooMuch(this.#limits, 'maxKeys', 'keys and password hashes');
  }
}

function tooMuch(limits: Readonly<Record<string, number>>, limit: LimitName, what: string): LimitError {
  return new LimitError(`more than ${limits[limit]} ${what}`, limit);
}

// Functions are plain values that all executions share, and executions are synchronous: which one calls them is known
// from what was begun last.
let running: Budget | undefined;

/** Whether functions count against this budget already. */
export function isRunning(budget: Budget): boolean {
  return running === budget;
}

/** Makes a budget the one that functions count against, until the one that is given back is set again. */
export function enterBudget(budget: Budget | undefined): Budget | undefined {
  const before = running;
  running = budget;
  return before;
}

/**
 * For functions: counts what they are about to make or have gone through, where an execution calls them.
 *
 * @param units UTF-16 units or elements
 * @throws LimitError
 */
export function countWork(units: number): void {
  running?.work(units);
}

/** What going through a value takes, beside the text that it may be. */
const VALUE_UNITS = 16;

/** For functions: counts a value that they go through within others. @throws LimitError */
export function countValue(value: unknown): void {
  running?.work(typeof value === 'string' ? VALUE_UNITS + value.length : VALUE_UNITS);
}

/** For functions: counts a key or a hash that takes long. @throws LimitError */
export function countKey(): void {
  running?.key();
}

/** What the JavaScript engine refuses for its size or depth, as a limit; any other error as it is. */
export function asLimit(error: unknown): unknown {
  if (!(error instanceof RangeError)) return error;
  const cause = { cause: error };
  if (/call stack/i.test(error.message))
    return new LimitError(
      'templates or values are nested deeper than the stack of JavaScript',
      undefined,
      cause,
    );
  if (/invalid (string|array|typed array) length|set maximum size|map maximum size/i.test(error.message))
    return new LimitError('a text or a list is longer than JavaScript has any', undefined, cause);
  return error;
}
