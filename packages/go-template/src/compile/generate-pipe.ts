import type { ChainNode, CommandNode, Operand, PipeNode, VariableNode } from '../parse/node.ts';
import { printNode } from '../parse/print-node.ts';
import type { CodeWriter } from './code-writer.ts';
import { type Call, CallGenerator, type Dot, type Piped } from './generate-call.ts';
import type { Scope } from './scope.ts';

/** Writes expressions: pipes, their commands, and what these are made of. */
export class PipeGenerator {
  readonly #writer: CodeWriter;
  readonly #scope: Scope;
  readonly #calls: CallGenerator;

  /** @param isOwn whether a function of a name takes the place of the built-in one */
  constructor(writer: CodeWriter, scope: Scope, isOwn: (name: string) => boolean) {
    this.#writer = writer;
    this.#scope = scope;
    this.#calls = new CallGenerator(writer, isOwn, (operand, dot) => this.#operand(operand, dot));
  }

  /** The value of a pipe, and what it declares; nil becomes nothing on the way out. */
  pipe(pipe: PipeNode, dot: Dot): string {
    let value: Piped;
    for (const command of pipe.commands) value = `(${this.#command(command, dot, value)}??undefined)`;
    let code = value ?? 'undefined';
    if (!namesNode(pipe)) code = this.#writer.at(pipe, code);
    for (const declaration of pipe.declarations) code = this.#declare(pipe, declaration, code);
    return code;
  }

  #declare({ isAssignment }: PipeNode, { names: [name = ''] }: VariableNode, value: string): string {
    const variable = isAssignment ? this.#scope.find(name) : this.#scope.declare(name, this.#writer);
    if (!variable) return `(${value},${this.#writer.failure(`undefined variable: ${name}`)})`;
    const flag = variable.flag === undefined ? '' : `${variable.flag}=false,`;
    return `(${flag}${variable.code}=${value})`;
  }

  #command(command: CommandNode, dot: Dot, piped: Piped): string {
    const { operands } = command;
    const [first] = operands;
    if (!first) return 'undefined';
    const call = { operands, dot, piped };
    switch (first.type) {
      case 'field':
        return this.#calls.chain({ ...dot, node: first, names: first.names }, call);
      case 'chain':
        return this.#chain(first, call);
      case 'identifier':
        return this.#calls.function(first.name, this.#writer.number(first), { command, ...call });
      case 'variable':
        return this.#variable(first, call);
      case 'pipe':
        return this.#notCalled(call, this.pipe(first, dot));
      default:
        return this.#writer.at(first, this.#notCalled(call, this.#literal(first, dot)));
    }
  }

  #literal(operand: Operand, dot: Dot): string {
    switch (operand.type) {
      case 'dot':
        return dot.code;
      case 'nil':
        return this.#writer.failure('nil is not a command');
      case 'number':
        return `x.constant(${this.#writer.constant(operand)})`;
      case 'bool':
        return String(operand.value);
      case 'string':
        return this.#writer.constant(operand.value);
      default:
        return this.#writer.failure(`can't evaluate command ${printNode(operand)}`);
    }
  }

  /** What is no function takes no arguments; those of a pipe are evaluated nonetheless. */
  #notCalled({ operands, piped }: Call, value: string): string {
    const [first] = operands;
    if (!first || (operands.length === 1 && piped === undefined)) return value;
    const failure = this.#writer.failure(`can't give argument to non-function ${printNode(first)}`);
    if (piped === undefined) return failure;
    return `(${piped},${first.type === 'pipe' ? failure : this.#writer.at(first, failure)})`;
  }

  #chain(node: ChainNode, call: Call): string {
    const { operand, names } = node;
    if (operand.type === 'nil') {
      const failure = this.#writer.failure(`indirection through explicit nil in ${printNode(node)}`);
      return afterPiped(call, this.#writer.at(node, failure));
    }
    const code = this.#operand(operand, call.dot);
    return this.#calls.chain({ code, isInterface: 'false', node, names }, call);
  }

  #variable(node: VariableNode, call: Call): string {
    const [name = '', ...names] = node.names;
    const variable = this.#scope.find(name);
    if (!variable) {
      return afterPiped(call, this.#writer.at(node, this.#writer.failure(`undefined variable: ${name}`)));
    }
    const { code, flag: isInterface = 'false' } = variable;
    if (names.length === 0) {
      const value = this.#notCalled(call, code);
      return call.operands.length > 1 ? this.#writer.at(node, value) : value;
    }
    return this.#calls.chain({ code, isInterface, node, names }, call);
  }

  /** The value of an operand that is no literal, where it does not matter what type is wanted. */
  #operand(operand: Operand, dot: Dot): string {
    const call = { operands: [operand], dot, piped: undefined };
    switch (operand.type) {
      case 'field':
        return this.#calls.chain({ ...dot, node: operand, names: operand.names }, call);
      case 'variable':
        return operand.names.length > 1
          ? this.#variable(operand, call)
          : this.#writer.at(operand, this.#variable(operand, call));
      case 'pipe':
        return this.pipe(operand, dot);
      case 'identifier':
        return this.#calls.function(operand.name, this.#writer.number(operand), call);
      case 'chain':
        return this.#chain(operand, call);
      default:
        return this.#writer.at(operand, this.#literal(operand, dot));
    }
  }
}

/** The value of the command before is evaluated, though this one fails whatever it is. */
function afterPiped({ piped }: Call, failure: string): string {
  return piped === undefined ? failure : `(${piped},${failure})`;
}

/**
 * Whether what a pipe evaluates first says itself which node it is, before anything can fail: all but variables do, and
 * pipes that are given arguments, which fail as they are. To say it twice would be a tenth of the code.
 */
function namesNode({ commands }: PipeNode): boolean {
  const [first, ...args] = commands[0]?.operands ?? [];
  if (!first || (first.type === 'pipe' && args.length > 0)) return false;
  return first.type !== 'variable' || first.names.length > 1;
}
