import { Execution, type Environment, type Template } from '../execute/execution.ts';
import type { Budget } from '../execute/limits.ts';
import type { RangeItems } from '../execute/range.ts';
import type { GoFunction } from '../value/go-function.ts';
import type { Tracer } from './tracer.ts';

/** An execution that tells a tracer which values are read, and which it fails with. */
export class TracedExecution extends Execution {
  readonly #tracer: Tracer;

  constructor(template: Template, environment: Environment, budget: Budget, tracer: Tracer) {
    super(template, environment, budget);
    this.#tracer = tracer;
  }

  override field(receiver: unknown, name: string, isInterface: boolean): unknown {
    const value = this.#blaming([receiver], () => super.field(receiver, name, isInterface), name);
    this.#tracer.found(receiver, name, value);
    return value;
  }

  override method(receiver: unknown, name: string, isInterface: boolean, count: number): GoFunction {
    return this.#blaming([receiver], () => super.method(receiver, name, isInterface, count), name);
  }

  override argument(called: GoFunction, index: number, value: unknown): unknown {
    return this.#blaming([value], () => super.argument(called, index, value));
  }

  override range(value: unknown, variables: number): RangeItems | undefined {
    return this.#blaming([value], () => super.range(value, variables));
  }

  override call(called: GoFunction, name: string, node: number, values: readonly unknown[]): unknown {
    const before = this.#tracer.textCount;
    const result = this.#blaming(values.toSorted(byBlame), () => super.call(called, name, node, values));
    if (name === 'index' || name === 'get') this.#walked(values);
    this.#tracer.made(result, values, before);
    return result;
  }

  /** `index` and `get` go from a value to one in it, key by key. */
  #walked([start, ...keys]: readonly unknown[]): void {
    let holder = start;
    for (const key of keys) {
      const step = typeof key === 'bigint' ? Number(key) : key;
      if (typeof holder !== 'object' || holder === null) return;
      if (typeof step !== 'string' && typeof step !== 'number') return;
      const value: unknown = Object.hasOwn(holder, step)
        ? (holder as Record<string, unknown>)[step]
        : undefined;
      this.#tracer.found(holder, step, value);
      holder = value;
    }
  }

  #blaming<T>(values: readonly unknown[], run: () => T, key?: string): T {
    try {
      return run();
    } catch (error) {
      for (const value of values) this.#tracer.blame(value, key);
      throw error;
    }
  }
}

/** Functions such as `required` fail with arguments that are nothing; others have trouble with what a text says. */
function byBlame(a: unknown, b: unknown): number {
  const rank = (value: unknown): number => {
    if (value === undefined || value === null || value === '') return 0;
    return typeof value === 'string' || typeof value === 'object' ? 1 : 2;
  };
  return rank(a) - rank(b);
}
