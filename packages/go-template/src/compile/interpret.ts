import type { Execution, Program } from '../execute/execution.ts';
import type { RangeItems } from '../execute/range.ts';
import type {
  ActionNode,
  ChainNode,
  CommandNode,
  ErrorNode,
  IdentifierNode,
  IfNode,
  ListNode,
  Node,
  Operand,
  PipeNode,
  TemplateNode,
  VariableNode,
} from '../parse/node.ts';
import { NodeNumbers } from './node-numbers.ts';
import { printNode } from '../parse/print-node.ts';
import type { GoFunction } from '../value/go-function.ts';

/** A variable, and whether Go has its value in an interface. */
export interface Variable {
  readonly name: string;
  value: unknown;
  isInterface: boolean;
}

/** The dot at a place. */
export interface Dot {
  readonly value: unknown;
  readonly isInterface: boolean;
}

/** What a list of statements ended with. */
export type Outcome = 'break' | 'continue' | undefined;

/** The operands of a command, and the value of the command before. */
interface Call {
  readonly operands: readonly Operand[];
  readonly dot: Dot;
  readonly piped: { readonly value: unknown } | undefined;
}

/** A function that is about to be called, or a value that needs no call. */
interface ReadyCall {
  readonly called: GoFunction | undefined;
  readonly name: string;
  /** The node that messages name. */
  readonly at: number;
  readonly values: readonly unknown[];
  readonly value: unknown;
}

/**
 * A tree that is executed by walking it, where no code may be generated.
 *
 * Templates may include themselves a thousand times, and JavaScript's stack is short: on the way from here to a function
 * there are as few calls as can be, and no loops over iterators, which need much of it.
 */
export class InterpretedProgram implements Program {
  readonly #tree: ListNode;
  readonly #numbers: NodeNumbers;
  readonly #isOwn: (name: string) => boolean;

  constructor(tree: ListNode, isOwn: (name: string) => boolean) {
    this.#tree = tree;
    this.#numbers = new NodeNumbers(tree);
    this.#isOwn = isOwn;
  }

  get nodes(): readonly ErrorNode[] {
    return this.#numbers.nodes;
  }

  run(execution: Execution, data: unknown): void {
    const interpreter = new Interpreter(execution, this.#numbers, this.#isOwn, data);
    const dot = { value: data, isInterface: false };
    const { nodes } = this.#tree;
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i]!;
      if (node.type === 'action') interpreter.action(node, interpreter.pipe(node.pipe, dot));
      else interpreter.statement(node, dot);
    }
  }
}

/**
 * Calls the same functions of the execution in the same order as generated code does. What is protected is there for a
 * trace to listen to.
 */
export class Interpreter {
  readonly #execution: Execution;
  readonly #numbers: NodeNumbers;
  readonly #isOwn: (name: string) => boolean;
  readonly #variables: Variable[];

  constructor(execution: Execution, numbers: NodeNumbers, isOwn: (name: string) => boolean, data: unknown) {
    this.#execution = execution;
    this.#numbers = numbers;
    this.#isOwn = isOwn;
    this.#variables = [{ name: '$', value: data, isInterface: false }];
  }

  list({ nodes }: ListNode, dot: Dot): Outcome {
    for (let i = 0; i < nodes.length; i++) {
      const outcome = this.statement(nodes[i]!, dot);
      if (outcome) return outcome;
    }
    return undefined;
  }

  /** Ends an action, whose value is known. */
  action(node: ActionNode, value: unknown): void {
    if (node.pipe.declarations.length === 0) this.#execution.print(value, this.#number(node));
  }

  statement(node: Node, dot: Dot): Outcome {
    switch (node.type) {
      case 'text':
        this.#execution.text(node.text);
        return undefined;
      case 'action':
        this.action(node, this.pipe(node.pipe, dot));
        return undefined;
      case 'if':
      case 'with':
        return this.#branch(node, dot);
      case 'range':
        return this.#range(node, dot);
      case 'template':
        this.#template(node, dot);
        return undefined;
      default:
        return node.type;
    }
  }

  #branch(node: IfNode, dot: Dot): Outcome {
    const mark = this.#variables.length;
    const value = this.pipe(node.pipe, dot);
    let outcome: Outcome;
    if (this.#execution.isTrue(value)) {
      outcome = this.inside(node, node.list, node.type === 'with' ? this.opened(node, value) : dot);
    } else if (node.elseList) outcome = this.inside(node, node.elseList, dot);
    this.#variables.length = mark;
    return outcome;
  }

  /** A list that is executed because of what the pipe of `node` came to. */
  protected inside(_node: IfNode, list: ListNode, dot: Dot): Outcome {
    return this.list(list, dot);
  }

  /** The dot inside a `with`. */
  protected opened(_node: IfNode, value: unknown): Dot {
    return { value, isInterface: false };
  }

  /** The dot in a round of a `range`. */
  protected element(_node: IfNode, items: RangeItems, index: number): Dot {
    return { value: items.value(index), isInterface: items.isInterface };
  }

  #range(node: IfNode, dot: Dot): Outcome {
    const mark = this.#variables.length;
    const { declarations } = node.pipe;
    const items = this.#execution.range(this.pipe(node.pipe, dot), declarations.length);
    const inside = this.#variables.length;
    let outcome: Outcome;
    for (let i = 0; items && i < items.length; i++) {
      this.#execution.iterate();
      const element = this.element(node, items, i);
      const [first, second] = declarations;
      if (first && second) this.#set(first, { value: items.key(i), isInterface: false });
      const last = second ?? first;
      if (last) this.#set(last, element);
      const ended = this.inside(node, node.list, element);
      this.#variables.length = inside;
      if (ended === 'break') break;
    }
    if (!items && node.elseList) outcome = this.inside(node, node.elseList, dot);
    this.#variables.length = mark;
    return outcome;
  }

  #set({ names: [name = ''] }: VariableNode, dot: Dot): void {
    const variable = this.find(name);
    if (variable) this.assign(variable, dot);
  }

  /** Gives a variable of a loop the element of a round. */
  protected assign(variable: Variable, { value, isInterface }: Dot): void {
    Object.assign(variable, { value, isInterface });
  }

  #template(node: TemplateNode, dot: Dot): void {
    this.#at(node);
    let data: unknown;
    if (node.pipe) {
      this.#execution.lookup(node.name);
      data = this.pipe(node.pipe, dot);
    }
    this.#at(node);
    this.#execution.template(node.name, data);
  }

  pipe(pipe: PipeNode, dot: Dot): unknown {
    this.#at(pipe);
    const { commands } = pipe;
    let piped: Call['piped'];
    for (let i = 0; i < commands.length; i++) {
      const { called, name, at, values, value } = this.#command(commands[i]!, dot, piped);
      piped = { value: (called ? this.#execution.call(called, name, at, values) : value) ?? undefined };
    }
    if (pipe.declarations.length > 0) this.#declare(pipe, piped?.value);
    return piped?.value;
  }

  #declare({ declarations, isAssignment }: PipeNode, value: unknown): void {
    for (const declaration of declarations) {
      const name = declaration.names[0] ?? '';
      if (!isAssignment) this.#variables.push({ name, value, isInterface: false });
      else
        Object.assign(this.find(name) ?? this.#execution.fail(`undefined variable: ${name}`), {
          value,
          isInterface: false,
        });
    }
  }

  #command(command: CommandNode, dot: Dot, piped: Call['piped']): ReadyCall {
    const call = { operands: command.operands, dot, piped };
    const first = command.operands[0];
    if (first?.type === 'identifier') return this.#prepare(first, command, call);
    return { called: undefined, name: '', at: 0, values: [], value: first && this.#value(first, call) };
  }

  /** The value of a command that begins with anything but the name of a function. */
  #value(first: Exclude<Operand, IdentifierNode>, call: Call): unknown {
    const { operands, dot, piped } = call;
    switch (first.type) {
      case 'field':
        this.#at(first);
        return this.#chain(dot, first, first.names, call);
      case 'chain':
        return this.#chainNode(first, call);
      case 'variable':
        return this.#variableNode(first, call);
      case 'pipe':
        if (operands.length > 1 || piped) this.#notCalled(first);
        return this.pipe(first, dot);
      default:
        this.#at(first);
        if (operands.length > 1 || piped) this.#notCalled(first);
        return this.#literalCommand(first, dot);
    }
  }

  #notCalled(operand: Operand, marks = false): never {
    if (marks) this.#at(operand);
    return this.#execution.fail(`can't give argument to non-function ${printNode(operand)}`);
  }

  #literalCommand(operand: Operand, dot: Dot): unknown {
    switch (operand.type) {
      case 'dot':
        return this.used(dot).value;
      case 'nil':
        return this.#execution.fail('nil is not a command');
      case 'number':
        return this.#execution.constant(operand);
      case 'bool':
      case 'string':
        return operand.value;
      default:
        return this.#execution.fail(`can't evaluate command ${printNode(operand)}`);
    }
  }

  #chainNode(node: ChainNode, call: Call): unknown {
    this.#at(node);
    if (node.operand.type === 'nil') {
      this.#execution.fail(`indirection through explicit nil in ${printNode(node)}`);
    }
    const value = this.#plainArgument(node.operand, call.dot);
    return this.#chain({ value, isInterface: false }, node, node.names, call);
  }

  #variableNode(node: VariableNode, call: Call): unknown {
    const [name = '', ...names] = node.names;
    const isCall = call.operands.length > 1 || call.piped !== undefined;
    const variable = this.find(name);
    if (!variable) {
      this.#at(node);
      return this.#execution.fail(`undefined variable: ${name}`);
    }
    if (names.length > 0) {
      this.#at(node);
      return this.#chain(this.used(variable), node, names, call);
    }
    if (isCall) this.#notCalled(node, true);
    return this.used(variable).value;
  }

  /** A variable, or a dot by itself, that is asked for its value. */
  protected used<T extends Dot>(holder: T): T {
    return holder;
  }

  #chain(receiver: Dot, node: Operand, names: readonly string[], call: Call): unknown {
    const isCall = call.operands.length > 1 || call.piped !== undefined;
    let { value, isInterface } = receiver;
    for (const name of isCall ? names.slice(0, -1) : names) {
      value = this.#execution.field(value, name, isInterface);
      isInterface = this.#execution.held;
    }
    if (!isCall) return value;
    const name = names.at(-1) ?? '';
    const count = call.operands.length - 1 + (call.piped ? 1 : 0);
    const called = this.#execution.method(value, name, isInterface, count);
    return this.#execution.call(called, name, this.#number(node), this.#arguments(called, call));
  }

  /** All of a call but the call. */
  #prepare(node: IdentifierNode, errorNode: ErrorNode, call: Call): ReadyCall {
    this.#at(node);
    const { name } = node;
    const at = this.#number(errorNode);
    if (this.#isShortCircuit(name, call))
      return { called: undefined, name, at, values: [], value: this.#shortCircuit(name, call) };
    const [written, piped] = [call.operands.length - 1, call.piped ? 1 : 0];
    const called = this.#execution.function(name, written, piped, this.#number(node));
    return { called, name, at, values: this.#arguments(called, call), value: undefined };
  }

  #function(node: IdentifierNode, alone: Call): unknown {
    const { called, name, at, values, value } = this.#prepare(node, node, alone);
    return called ? this.#execution.call(called, name, at, values) : value;
  }

  #isShortCircuit(name: string, { operands, piped }: Call): boolean {
    return (
      (name === 'and' || name === 'or') && !this.#isOwn(name) && (operands.length > 1 || piped !== undefined)
    );
  }

  #arguments(called: GoFunction, { operands, dot, piped }: Call): unknown[] {
    const values = operands.slice(1).map((operand, i) => {
      switch (operand.type) {
        case 'bool':
        case 'number':
        case 'string':
        case 'nil':
          return this.#execution.literal(called, i, operand, this.#number(operand));
        default:
          return this.#execution.argument(called, i, this.#plainArgument(operand, dot));
      }
    });
    if (piped) values.push(this.#execution.argument(called, values.length, piped.value));
    return values;
  }

  #plainArgument(operand: Operand, dot: Dot): unknown {
    const alone = { operands: [operand], dot, piped: undefined };
    this.#at(operand);
    switch (operand.type) {
      case 'field':
        return this.#chain(dot, operand, operand.names, alone);
      case 'variable':
        return this.#variableNode(operand, alone);
      case 'pipe':
        return this.pipe(operand, dot);
      case 'identifier':
        return this.#function(operand, alone);
      case 'chain':
        return this.#chainNode(operand, alone);
      default:
        return this.#literalCommand(operand, dot);
    }
  }

  #shortCircuit(name: string, { operands, dot, piped }: Call): unknown {
    let value: unknown;
    for (const operand of operands.slice(1)) {
      value = operand.type === 'nil' ? undefined : this.#plainArgument(operand, dot);
      if (this.#execution.isTrue(value) === (name === 'or')) return value;
    }
    return piped ? piped.value : value;
  }

  protected find(name: string): Variable | undefined {
    return this.#variables.findLast((variable) => variable.name === name);
  }

  #at(node: ErrorNode): void {
    this.#execution.at = this.#number(node);
  }

  #number(node: ErrorNode): number {
    return this.#numbers.of(node);
  }
}
