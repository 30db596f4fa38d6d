import type { CommandNode, Operand } from '../parse/node.ts';
import type { CodeWriter } from './code-writer.ts';

/** The dot at a place: its name in the code, and the code that tells whether Go has it in an interface. */
export interface Dot {
  readonly code: string;
  readonly isInterface: string;
}

/** The command before in a pipe: the code of its value, or nothing. */
export type Piped = string | undefined;

/** The operands of a command, and what they are evaluated with. */
export interface Call {
  readonly operands: readonly Operand[];
  readonly dot: Dot;
  readonly piped: Piped;
}

/** What the names behind a value are read from. */
export interface Receiver {
  readonly code: string;
  readonly isInterface: string;
  /** The node with the names; behind a `chain`, messages go on to name what was evaluated last. */
  readonly node: Operand;
  readonly names: readonly string[];
}

interface Callee {
  readonly called: string;
  readonly name: string;
  readonly number: number;
}

/** What may stand as an argument without any look at the execution. */
const LITERALS: ReadonlySet<string> = new Set(['bool', 'number', 'string', 'nil']);

/** Writes calls of functions and methods, and the reading of fields, whose last may be a method. */
export class CallGenerator {
  readonly #writer: CodeWriter;
  readonly #isOwn: (name: string) => boolean;
  readonly #operand: (operand: Operand, dot: Dot) => string;

  /**
   * @param isOwn whether a function of a name takes the place of the built-in one
   * @param operand the code of an operand that is no literal
   */
  constructor(
    writer: CodeWriter,
    isOwn: (name: string) => boolean,
    operand: (operand: Operand, dot: Dot) => string,
  ) {
    this.#writer = writer;
    this.#isOwn = isOwn;
    this.#operand = operand;
  }

  /** `.a.b.c`, of which the last may be a method with arguments. */
  chain({ code, isInterface, node, names }: Receiver, call: Call): string {
    const writer = this.#writer;
    const number = writer.number(node);
    const isCall = call.operands.length > 1 || call.piped !== undefined;
    const fields = isCall ? names.slice(0, -1) : names;
    const read =
      node.type === 'chain'
        ? `x.behind(${code},${writer.constant(fields)})`
        : `x.path(${code},${writer.constant(fields)},${isInterface},${number})`;
    if (!isCall) return read;
    const name = writer.constant(names.at(-1) ?? '');
    const count = call.operands.length - 1 + countOf(call.piped);
    const method = `x.method(${read},${name},x.held,${count})`;
    return this.#call({ called: `(x.at=${number},${method})`, name, number }, call);
  }

  /** A function, and the command that messages about its call name. */
  function(name: string, number: number, call: Call & { readonly command?: CommandNode }): string {
    const written = call.operands.length - 1;
    const isLogic = (name === 'and' || name === 'or') && !this.#isOwn(name);
    if (isLogic && written + countOf(call.piped) > 0) return this.#shortCircuit(name, number, call);
    const code = this.#writer.constant(name);
    const called = `x.function(${code},${written},${countOf(call.piped)},${number})`;
    const shown = call.command ? this.#writer.number(call.command) : number;
    return this.#call({ called, name: code, number: shown }, call);
  }

  /** The value before is there already: it comes first, though it is the last argument. */
  #call(callee: Callee, { operands, dot, piped }: Call): string {
    const called = this.#writer.local('f');
    const before = piped === undefined ? undefined : this.#writer.local('p');
    const values = operands.slice(1).map((operand, i) => this.#argument(called, i, operand, dot));
    if (before !== undefined) values.push(`x.argument(${called},${values.length},${before})`);
    const start = before === undefined ? '' : `${before}=${piped},`;
    const { name, number } = callee;
    return `(${start}${called}=${callee.called},x.call(${called},${name},${number},[${values.join(',')}]))`;
  }

  #argument(called: string, index: number, operand: Operand, dot: Dot): string {
    if (LITERALS.has(operand.type)) {
      const constant = this.#writer.constant(operand);
      return `x.literal(${called},${index},${constant},${this.#writer.number(operand)})`;
    }
    return `x.argument(${called},${index},${this.#operand(operand, dot)})`;
  }

  /** `and` and `or` give the first argument that decides, and evaluate none behind it. */
  #shortCircuit(name: string, number: number, { operands, dot, piped }: Call): string {
    const value = this.#writer.local('t');
    const before = piped === undefined ? undefined : this.#writer.local('p');
    const values = operands
      .slice(1)
      .map((operand) => (operand.type === 'nil' ? 'undefined' : this.#operand(operand, dot)));
    if (before !== undefined) values.push(before);
    const last = values.pop() ?? 'undefined';
    const decides = (code: string): string =>
      `x.isTrue(${value}=${code})${name === 'or' ? '' : '===false'}?${value}:`;
    const start = before === undefined ? '' : `${before}=${piped},`;
    return `(${start}x.at=${number},${values.map(decides).join('')}${last})`;
  }
}

const countOf = (piped: Piped): number => (piped === undefined ? 0 : 1);
