import type { ErrorNode } from '../parse/node.ts';

/**
 * What a generator writes to: lines of code, and the names and numbers that stand in them for all that comes from a
 * template.
 */
export class CodeWriter {
  readonly #lines: string[] = [];
  readonly #locals: string[] = [];
  readonly #constants: unknown[] = [];
  readonly #stringNumbers = new Map<string, number>();
  readonly #nodes: ErrorNode[] = [];

  /** The values that the code refers to by number. */
  get constants(): readonly unknown[] {
    return this.#constants;
  }

  /** The nodes that the code refers to by number. */
  get nodes(): readonly ErrorNode[] {
    return this.#nodes;
  }

  /** All statements, with the declarations of their names in front. */
  code(): string {
    const locals = this.#locals.length > 0 ? `let ${this.#locals.join(',')};` : '';
    return `"use strict";${locals}${this.#lines.join('\n')}`;
  }

  /** Adds statements. */
  line(...statements: readonly string[]): void {
    for (const statement of statements) this.#lines.push(statement);
  }

  /** A new variable of the code, with a letter for what it is. */
  local(letter: string): string {
    const name = `${letter}${this.#locals.length}`;
    this.#locals.push(name);
    return name;
  }

  /** A name for a loop, which no other has. */
  label(): string {
    return `l${this.#locals.length}`;
  }

  /** A number for a node that a message may be about. It may get several: to look for one takes longer. */
  number(node: ErrorNode): number {
    return this.#nodes.push(node) - 1;
  }

  /** The code of a value that is given to the program beside its code. */
  constant(value: unknown): string {
    if (typeof value !== 'string') return `c[${this.#constants.push(value) - 1}]`;
    let number = this.#stringNumbers.get(value);
    if (number === undefined) {
      number = this.#constants.push(value) - 1;
      this.#stringNumbers.set(value, number);
    }
    return `c[${number}]`;
  }

  /** An expression with the node that messages about it name. */
  at(node: ErrorNode, code: string): string {
    return `(x.at=${this.number(node)},${code})`;
  }

  /** An expression that ends the execution. */
  failure(message: string): string {
    return `x.fail(${this.constant(message)})`;
  }
}
