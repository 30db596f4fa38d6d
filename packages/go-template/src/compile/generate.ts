import type {
  ErrorNode,
  IfNode,
  ListNode,
  Node,
  PipeNode,
  TemplateNode,
  VariableNode,
} from '../parse/node.ts';
import { CodeWriter } from './code-writer.ts';
import type { Dot } from './generate-call.ts';
import { PipeGenerator } from './generate-pipe.ts';
import { Scope } from './scope.ts';

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
  const writer = new CodeWriter();
  new StatementGenerator(writer, tree, isOwn).generate();
  return { code: writer.code(), constants: writer.constants, nodes: writer.nodes };
}

/** Writes the statements that the nodes of a tree are. */
class StatementGenerator {
  readonly #writer: CodeWriter;
  readonly #tree: ListNode;
  readonly #scope: Scope;
  readonly #pipes: PipeGenerator;
  readonly #loops: string[] = [];

  constructor(writer: CodeWriter, tree: ListNode, isOwn: (name: string) => boolean) {
    this.#writer = writer;
    this.#tree = tree;
    this.#scope = new Scope(tree);
    this.#pipes = new PipeGenerator(writer, this.#scope, isOwn);
  }

  generate(): void {
    const root = this.#scope.declare('$', this.#writer);
    this.#writer.line(`${root.code}=d0;`);
    this.#list(this.#tree, { code: 'd0', isInterface: 'false' });
  }

  #list(list: ListNode, dot: Dot): void {
    for (const node of list.nodes) this.#statement(node, dot);
  }

  #statement(node: Node, dot: Dot): void {
    switch (node.type) {
      case 'text':
        return this.#writer.line(`x.text(${this.#writer.constant(node.text)});`);
      case 'action': {
        const value = this.#pipes.pipe(node.pipe, dot);
        const isDeclaration = node.pipe.declarations.length > 0;
        return this.#writer.line(
          isDeclaration ? `${value};` : `x.print(${value},${this.#writer.number(node)});`,
        );
      }
      case 'if':
      case 'with':
        return this.#branch(node, dot);
      case 'range':
        return this.#range(node, dot);
      case 'template':
        return this.#template(node, dot);
      case 'break':
      case 'continue':
        return this.#writer.line(`${node.type} ${this.#loops.at(-1)};`);
    }
  }

  #branch(node: IfNode, dot: Dot): void {
    const mark = this.#scope.mark();
    const value = this.#writer.local('t');
    this.#writer.line(`${value}=${this.#pipes.pipe(node.pipe, dot)};`, `if(x.isTrue(${value})){`);
    const inside = this.#scope.mark();
    this.#list(node.list, node.type === 'with' ? this.#innerDot(value) : dot);
    this.#scope.forget(inside);
    this.#else(node, dot);
    this.#scope.forget(mark);
  }

  #innerDot(value: string): Dot {
    const code = this.#writer.local('d');
    this.#writer.line(`${code}=${value};`);
    return { code, isInterface: 'false' };
  }

  #else({ elseList }: IfNode, dot: Dot): void {
    if (elseList) {
      this.#writer.line('}else{');
      this.#list(elseList, dot);
    }
    this.#writer.line('}');
  }

  #range(node: IfNode, dot: Dot): void {
    const writer = this.#writer;
    const mark = this.#scope.mark();
    const [items, index, inner] = [writer.local('t'), writer.local('i'), writer.local('d')];
    const value = this.#pipes.pipe(node.pipe, dot);
    const label = writer.label();
    writer.line(
      `${items}=x.range((${value}),${node.pipe.declarations.length});`,
      `if(${items}!==undefined){`,
      `${label}:for(${index}=0;${index}<${items}.length;${index}++){x.iterate();${inner}=${items}.value(${index});`,
    );
    const inside = this.#scope.mark();
    this.#loopVariables(node.pipe, { items, index, inner });
    this.#loops.push(label);
    this.#list(node.list, { code: inner, isInterface: `${items}.isInterface` });
    this.#loops.pop();
    this.#scope.forget(inside);
    writer.line('}');
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
    this.#writer.line(`${variable.code}=${value};${flag}`);
  }

  #template(node: TemplateNode, dot: Dot): void {
    const number = this.#writer.number(node);
    const name = this.#writer.constant(node.name);
    const data = node.pipe ? `(x.lookup(${name}),${this.#pipes.pipe(node.pipe, dot)})` : 'undefined';
    const value = this.#writer.local('t');
    this.#writer.line(`x.at=${number};${value}=${data};x.at=${number};x.template(${name},${value});`);
  }
}
