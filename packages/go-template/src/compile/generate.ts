import type {
  ActionNode,
  ChainNode,
  CommandNode,
  ErrorNode,
  IfNode,
  ListNode,
  Node,
  Operand,
  PipeNode,
  TemplateNode,
  VariableNode,
} from '../parse/node.ts';
import { printNode } from '../parse/print-node.ts';
import { assignedByLoops, type CompiledVariable, Scope } from './scope.ts';

/** JavaScript for a tree, and the values that it refers to by number. */
export interface GeneratedCode {
  /** The body of a function of `x` (the execution), `c` (the constants) and `d0` (the dot). */
  readonly code: string;
  readonly constants: readonly unknown[];
  readonly nodes: readonly ErrorNode[];
}

/**
 * Writes JavaScript for a tree. Nothing of the template gets into the code: texts, names and literals are elements of
 * `constants`, and the code has their numbers.
 *
 * @param isOwn whether a function of a name takes the place of the built-in one.
 */
export function generateCode(tree: ListNode, isOwn: (name: string) => boolean): GeneratedCode {
  return new Generator(tree, isOwn).generate();
}

/** The dot at a place: its name in the code, and the code that tells whether Go has it in an interface. */
interface Dot {
  readonly code: string;
  readonly isInterface: string;
}

/** The command before in a pipe: the code of its value, or nothing. */
type Piped = string | undefined;

/** What may stand as an argument without any look at the execution. */
const LITERALS: ReadonlySet<string> = new Set(['bool', 'number', 'string', 'nil']);

class Generator {
  readonly #tree: ListNode;
  readonly #isOwn: (name: string) => boolean;
  readonly #lines: string[] = [];
  readonly #constants: unknown[] = [];
  readonly #constantNumbers = new Map<unknown, number>();
  readonly #nodes: ErrorNode[] = [];
  readonly #nodeNumbers = new Map<ErrorNode, number>();
  readonly #locals: string[] = [];
  readonly #scope = new Scope();
  readonly #assigned: ReadonlySet<string>;
  #loops: string[] = [];

  constructor(tree: ListNode, isOwn: (name: string) => boolean) {
    this.#tree = tree;
    this.#isOwn = isOwn;
    this.#assigned = assignedByLoops(tree);
  }

  generate(): GeneratedCode {
    const root = this.#variable('$', false);
    this.#scope.declare('$', root);
    this.#list(this.#tree, { code: 'd0', isInterface: 'false' });
    const locals = this.#locals.length > 0 ? `let ${this.#locals.join(',')};` : '';
    const code = `"use strict";${locals}${root.code}=d0;\n${this.#lines.join('\n')}`;
    return { code, constants: this.#constants, nodes: this.#nodes };
  }

  // Statements.

  #list(list: ListNode, dot: Dot): void {
    for (const node of list.nodes) this.#statement(node, dot);
  }

  #statement(node: Node, dot: Dot): void {
    switch (node.type) {
      case 'text':
        this.#lines.push(`x.text(${this.#constant(node.text)});`);
        break;
      case 'action':
        this.#action(node, dot);
        break;
      case 'if':
      case 'with':
        this.#branch(node, dot);
        break;
      case 'range':
        this.#range(node, dot);
        break;
      case 'template':
        this.#template(node, dot);
        break;
      case 'break':
      case 'continue':
        this.#lines.push(`${node.type} ${this.#loops.at(-1)};`);
        break;
    }
  }

  #action(node: ActionNode, dot: Dot): void {
    const value = this.#pipe(node.pipe, dot);
    if (node.pipe.declarations.length > 0) this.#lines.push(`${value};`);
    else this.#lines.push(`x.print(${value},${this.#number(node)});`);
  }

  #branch(node: IfNode, dot: Dot): void {
    const mark = this.#scope.mark();
    const value = this.#local('t');
    this.#lines.push(`${value}=${this.#pipe(node.pipe, dot)};`, `if(x.isTrue(${value})){`);
    const inside = this.#scope.mark();
    const inner = node.type === 'with' ? this.#innerDot(value) : dot;
    this.#list(node.list, inner);
    this.#scope.forget(inside);
    this.#else(node, dot);
    this.#scope.forget(mark);
  }

  #innerDot(value: string): Dot {
    const code = this.#local('d');
    this.#lines.push(`${code}=${value};`);
    return { code, isInterface: 'false' };
  }

  #else({ elseList }: IfNode, dot: Dot): void {
    if (elseList) {
      this.#lines.push('}else{');
      this.#list(elseList, dot);
    }
    this.#lines.push('}');
  }

  #range(node: IfNode, dot: Dot): void {
    const mark = this.#scope.mark();
    const [items, index, inner] = [this.#local('t'), this.#local('i'), this.#local('d')];
    const { declarations } = node.pipe;
    const value = this.#pipe(node.pipe, dot);
    const label = `l${this.#locals.length}`;
    this.#lines.push(
      `${items}=x.range((${value}),${declarations.length});`,
      `if(${items}!==undefined){`,
      `${label}:for(${index}=0;${index}<${items}.length;${index}++){x.iterate();${inner}=${items}.value(${index});`,
    );
    const inside = this.#scope.mark();
    this.#loopVariables(node.pipe, { items, index, inner });
    this.#loops.push(label);
    this.#list(node.list, { code: inner, isInterface: `${items}.isInterface` });
    this.#loops.pop();
    this.#scope.forget(inside);
    this.#lines.push('}');
    this.#else(node, dot);
    this.#scope.forget(mark);
  }

  /** With one variable it is the element; with two, the first is the key. */
  #loopVariables({ declarations }: PipeNode, loop: { items: string; index: string; inner: string }): void {
    const [first, second] = declarations;
    if (first && second) this.#set(first, `${loop.items}.key(${loop.index})`, 'false');
    const element = second ?? first;
    if (element) this.#set(element, loop.inner, `${loop.items}.isInterface`);
  }

  #set({ names: [name = ''] }: VariableNode, value: string, isInterface: string): void {
    const variable = this.#scope.find(name);
    if (!variable) return;
    const flag = variable.flag === undefined ? '' : `${variable.flag}=${isInterface};`;
    this.#lines.push(`${variable.code}=${value};${flag}`);
  }

  #template(node: TemplateNode, dot: Dot): void {
    const number = this.#number(node);
    const name = this.#constant(node.name);
    const data = node.pipe ? `(x.lookup(${name}),${this.#pipe(node.pipe, dot)})` : 'undefined';
    const value = this.#local('t');
    this.#lines.push(`x.at=${number};${value}=${data};x.at=${number};x.template(${name},${value});`);
  }

  // Expressions.

  /** The value of a pipe, and what it declares; nil becomes nothing on the way out. */
  #pipe(pipe: PipeNode, dot: Dot): string {
    let value: Piped;
    for (const command of pipe.commands) value = `(${this.#command(command, dot, value)}??undefined)`;
    let code = this.#at(pipe, value ?? 'undefined');
    for (const declaration of pipe.declarations) code = this.#declare(pipe, declaration, code);
    return code;
  }

  #declare({ isAssignment }: PipeNode, { names: [name = ''] }: VariableNode, value: string): string {
    let variable = isAssignment ? this.#scope.find(name) : undefined;
    if (!isAssignment) {
      variable = this.#variable(name, this.#assigned.has(name));
      this.#scope.declare(name, variable);
    }
    if (!variable) return `(${value},x.fail(${this.#constant(`undefined variable: ${name}`)}))`;
    const flag = variable.flag === undefined ? '' : `${variable.flag}=false,`;
    return `(${flag}${variable.code}=${value})`;
  }

  #command(command: CommandNode, dot: Dot, piped: Piped): string {
    const { operands } = command;
    const [first] = operands;
    if (!first) return 'undefined';
    switch (first.type) {
      case 'field':
        return this.#at(
          first,
          this.#chain(dot.code, dot.isInterface, first, first.names, { operands, dot, piped }),
        );
      case 'chain':
        return this.#chainNode(first, { operands, dot, piped });
      case 'identifier':
        return this.#function(first.name, this.#number(first), { command, operands, dot, piped });
      case 'variable':
        return this.#variableNode(first, { operands, dot, piped });
      case 'pipe':
        return this.#notCalled(operands, piped, this.#pipe(first, dot));
      default:
        return this.#at(first, this.#notCalled(operands, piped, this.#literalCommand(first, dot)));
    }
  }

  #literalCommand(operand: Operand, dot: Dot): string {
    switch (operand.type) {
      case 'dot':
        return dot.code;
      case 'nil':
        return `x.fail(${this.#constant('nil is not a command')})`;
      case 'number':
        return `x.constant(${this.#constant(operand)})`;
      case 'bool':
        return String(operand.value);
      case 'string':
        return this.#constant(operand.value);
      default:
        return `x.fail(${this.#constant(`can't evaluate command ${printNode(operand)}`)})`;
    }
  }

  /** What is no function takes no arguments; those of a pipe are evaluated nonetheless. */
  #notCalled(operands: readonly Operand[], piped: Piped, value: string): string {
    const [first] = operands;
    if (!first || (operands.length === 1 && piped === undefined)) return value;
    const failure = `x.fail(${this.#constant(`can't give argument to non-function ${printNode(first)}`)})`;
    if (piped === undefined) return failure;
    return `(${piped},${first.type === 'pipe' ? failure : this.#at(first, failure)})`;
  }

  #chainNode(node: ChainNode, call: Call): string {
    const number = this.#number(node);
    if (node.operand.type === 'nil') {
      const failure = this.#constant(`indirection through explicit nil in ${printNode(node)}`);
      return `(${call.piped === undefined ? '' : `${call.piped},`}x.at=${number},x.fail(${failure}))`;
    }
    const receiver = this.#plainArgument(node.operand, call.dot);
    return this.#chain(`(x.at=${number},${receiver})`, 'false', node, node.names, call);
  }

  #variableNode(node: VariableNode, call: Call): string {
    const [name = '', ...names] = node.names;
    const variable = this.#scope.find(name);
    if (!variable) {
      const failure = this.#at(node, `x.fail(${this.#constant(`undefined variable: ${name}`)})`);
      return call.piped === undefined ? failure : `(${call.piped},${failure})`;
    }
    if (names.length === 0) {
      const value = this.#notCalled(call.operands, call.piped, variable.code);
      return call.operands.length > 1 ? this.#at(node, value) : value;
    }
    return this.#at(node, this.#chain(variable.code, variable.flag ?? 'false', node, names, call));
  }

  /** `.a.b.c`, of which the last may be a method with arguments. */
  #chain(
    receiver: string,
    isInterface: string,
    node: Operand,
    names: readonly string[],
    { operands, dot, piped }: Call,
  ): string {
    const number = this.#number(node);
    const isCall = operands.length > 1 || piped !== undefined;
    let code = receiver;
    let flag = isInterface;
    for (const name of isCall ? names.slice(0, -1) : names) {
      code = `x.field(${code},${this.#constant(name)},${flag})`;
      flag = 'x.held';
    }
    if (!isCall) return code;
    const name = this.#constant(names.at(-1) ?? '');
    const count = operands.length - 1 + (piped === undefined ? 0 : 1);
    const method = `x.method(${code},${name},${flag},${count})`;
    return this.#call({ called: `(x.at=${number},${method})`, name, number }, { operands, dot, piped });
  }

  #function(name: string, number: number, call: Call & { readonly command?: CommandNode }): string {
    const written = call.operands.length - 1;
    if ((name === 'and' || name === 'or') && !this.#isOwn(name)) {
      if (written + (call.piped === undefined ? 0 : 1) > 0) return this.#shortCircuit(name, number, call);
    }
    const code = this.#constant(name);
    const called = `(x.at=${number},x.function(${code},${written},${call.piped === undefined ? 0 : 1}))`;
    return this.#call(
      { called, name: code, number: call.command ? this.#number(call.command) : number },
      call,
    );
  }

  /** The value before is there already: it comes first, though it is the last argument. */
  #call(callee: { called: string; name: string; number: number }, { operands, dot, piped }: Call): string {
    const called = this.#local('f');
    const before = piped === undefined ? undefined : this.#local('p');
    const values = operands.slice(1).map((operand, i) => this.#argument(called, i, operand, dot));
    if (before !== undefined) values.push(`x.argument(${called},${values.length},${before})`);
    const start = before === undefined ? '' : `${before}=${piped},`;
    const { name, number } = callee;
    return `(${start}${called}=${callee.called},x.call(${called},${name},${number},[${values.join(',')}]))`;
  }

  #argument(called: string, index: number, operand: Operand, dot: Dot): string {
    if (LITERALS.has(operand.type)) {
      return this.#at(operand, `x.literal(${called},${index},${this.#constant(operand)})`);
    }
    return `x.argument(${called},${index},${this.#plainArgument(operand, dot)})`;
  }

  /** The value of an operand that is no literal, where it does not matter what type is wanted. */
  #plainArgument(operand: Operand, dot: Dot): string {
    switch (operand.type) {
      case 'dot':
        return this.#at(operand, dot.code);
      case 'field': {
        const call = { operands: [operand], dot, piped: undefined };
        return this.#at(operand, this.#chain(dot.code, dot.isInterface, operand, operand.names, call));
      }
      case 'variable':
        return this.#at(operand, this.#variableNode(operand, { operands: [operand], dot, piped: undefined }));
      case 'pipe':
        return this.#at(operand, this.#pipe(operand, dot));
      case 'identifier': {
        const call = { operands: [operand], dot, piped: undefined };
        return this.#function(operand.name, this.#number(operand), call);
      }
      case 'chain':
        return this.#chainNode(operand, { operands: [operand], dot, piped: undefined });
      default:
        return this.#at(operand, this.#literalCommand(operand, dot));
    }
  }

  /** `and` and `or` give the first argument that decides, and evaluate none behind it. */
  #shortCircuit(name: 'and' | 'or', number: number, { operands, dot, piped }: Call): string {
    const value = this.#local('t');
    const before = piped === undefined ? undefined : this.#local('p');
    const values = operands
      .slice(1)
      .map((operand) => (operand.type === 'nil' ? 'undefined' : this.#plainArgument(operand, dot)));
    if (before !== undefined) values.push(before);
    const last = values.pop() ?? 'undefined';
    const decides = (code: string) =>
      `x.isTrue(${value}=${code})${name === 'or' ? '' : '===false'}?${value}:`;
    const start = before === undefined ? '' : `${before}=${piped},`;
    return `(${start}x.at=${number},${values.map(decides).join('')}${last})`;
  }

  // Names in the code.

  #at(node: ErrorNode, code: string): string {
    return `(x.at=${this.#number(node)},${code})`;
  }

  #variable(name: string, isAssigned: boolean): CompiledVariable {
    const isRoot = name === '$';
    return { code: this.#local('v'), flag: isAssigned || !isRoot ? this.#local('g') : undefined };
  }

  #local(letter: string): string {
    const name = `${letter}${this.#locals.length}`;
    this.#locals.push(name);
    return name;
  }

  #number(node: ErrorNode): number {
    let number = this.#nodeNumbers.get(node);
    if (number === undefined) {
      number = this.#nodes.push(node) - 1;
      this.#nodeNumbers.set(node, number);
    }
    return number;
  }

  #constant(value: unknown): string {
    let number = this.#constantNumbers.get(value);
    if (number === undefined) {
      number = this.#constants.push(value) - 1;
      this.#constantNumbers.set(value, number);
    }
    return `c[${number}]`;
  }
}

/** The operands of a command, and what they are evaluated with. */
interface Call {
  readonly operands: readonly Operand[];
  readonly dot: Dot;
  readonly piped: Piped;
}
