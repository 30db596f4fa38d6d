import { positionOf } from '@gitops-toolkit/core';
import { TemplateError } from '../errors.ts';
import { quoteString } from '../format/quote.ts';
import { Lexer } from '../lex/lexer.ts';
import { describeToken, type Token, type TokenType } from '../lex/token.ts';
import {
  type ActionNode,
  type CommandNode,
  type EndNode,
  type IfNode,
  isEmptyList,
  type ListNode,
  type Node,
  type Operand,
  type PipeNode,
  type TemplateNode,
  type VariableNode,
} from './node.ts';
import { parseNumber } from './number.ts';
import { printNode } from './print-node.ts';
import { TokenStream } from './token-stream.ts';
import { unquote } from './unquote.ts';

/** What the text of a template defines: its own tree, and those of the `define` and `block` actions in it. */
export interface ParsedText {
  readonly name: string;
  readonly text: string;
  readonly trees: ReadonlyMap<string, ListNode>;
}

/** What a parser knows beside the text. */
export interface ParseOptions {
  /** Whether there is a function of a name. */
  readonly isFunction: (name: string) => boolean;
}

/** Parentheses within parentheses. Go allows 10 000, of which our stack would not be sure. */
const MAX_DEPTH = 1000;

/** What can begin a command. */
const OPERANDS: ReadonlySet<TokenType> = new Set<TokenType>([
  'bool',
  'charConstant',
  'complex',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'rawString',
  'string',
  'variable',
  'leftParen',
]);

/**
 * Parses the text of a template by the rules of Go's `text/template/parse`.
 *
 * @throws TemplateError `GO_TEMPLATE_SYNTAX` with Go's message, `template: <name>:<line>: …`.
 */
export function parseText(name: string, text: string, options: ParseOptions): ParsedText {
  return new Parser(name, text, options).parse();
}

class Parser {
  readonly #name: string;
  readonly #text: string;
  readonly #options: ParseOptions;
  readonly #tokens: TokenStream;
  readonly #trees = new Map<string, ListNode>();
  #variables: string[] = ['$'];
  #actionStart: number | undefined;
  #ranges = 0;
  #depth = 0;

  constructor(name: string, text: string, options: ParseOptions) {
    this.#name = name;
    this.#text = text;
    this.#options = options;
    this.#tokens = new TokenStream(new Lexer(text, options));
  }

  parse(): ParsedText {
    const root: ListNode = { type: 'list', offset: this.#tokens.peek().offset, nodes: [] };
    while (this.#tokens.peek().type !== 'eof') {
      if (this.#skipDefinition()) continue;
      const node = this.#textOrAction();
      if (isEnd(node)) this.#fail(`unexpected {{${node.type}}}`);
      root.nodes.push(node);
    }
    this.#add(this.#name, root);
    return { name: this.#name, text: this.#text, trees: this.#trees };
  }

  /** `{{define "name"}} … {{end}}`, which is allowed at the top alone. */
  #skipDefinition(): boolean {
    if (this.#tokens.peek().type !== 'leftDelimiter') return false;
    const mark = this.#tokens.mark();
    this.#tokens.next();
    if (this.#tokens.nextNonSpace().type !== 'define') {
      this.#tokens.rewind(mark);
      return false;
    }
    const context = 'define clause';
    const token = this.#tokens.nextNonSpace();
    if (token.type !== 'string' && token.type !== 'rawString') this.#unexpected(token, context);
    const name = this.#unquoted(token.value);
    this.#expect('rightDelimiter', context);
    this.#define(name, context);
    return true;
  }

  /** A template of its own inside of another's text: nothing of the variables outside is known in it. */
  #define(name: string, context: string, head?: number): void {
    const outside = [this.#variables, this.#ranges, this.#actionStart] as const;
    this.#variables = ['$'];
    this.#ranges = 0;
    this.#actionStart = undefined;
    const { list, end } = this.#itemList();
    if (end.type !== 'end') this.#fail(`unexpected {{${end.type}}} in ${context}`, head);
    this.#add(name, list);
    [this.#variables, this.#ranges, this.#actionStart] = outside;
  }

  #add(name: string, tree: ListNode): void {
    const known = this.#trees.get(name);
    if (!known || isEmptyList(known)) this.#trees.set(name, tree);
    else if (!isEmptyList(tree)) this.#fail(`template: multiple definition of template ${quoteString(name)}`);
  }

  #itemList(): { list: ListNode; end: EndNode } {
    const list: ListNode = { type: 'list', offset: this.#tokens.peekNonSpace().offset, nodes: [] };
    while (this.#tokens.peekNonSpace().type !== 'eof') {
      const node = this.#textOrAction();
      if (isEnd(node)) return { list, end: node };
      list.nodes.push(node);
    }
    return this.#fail('unexpected EOF');
  }

  #textOrAction(): Node | EndNode {
    // Nobody goes back behind an action that is whole: a large template has more tokens than the rest of the parser keeps.
    this.#tokens.forget();
    const token = this.#tokens.nextNonSpace();
    if (token.type === 'text') return { type: 'text', offset: token.offset, text: token.value };
    if (token.type !== 'leftDelimiter') this.#unexpected(token, 'input');
    this.#actionStart = token.offset;
    const node = this.#action();
    this.#actionStart = undefined;
    return node;
  }

  #action(): Node | EndNode {
    const mark = this.#tokens.mark();
    const token = this.#tokens.nextNonSpace();
    switch (token.type) {
      case 'block':
        return this.#block();
      case 'break':
      case 'continue':
        return this.#jump(token.type, token.offset);
      case 'else':
        return this.#else();
      case 'end':
        return { type: 'end', offset: this.#expect('rightDelimiter', 'end').offset };
      case 'if':
      case 'range':
      case 'with':
        return this.#control(token.type);
      case 'template':
        return this.#templateCall();
      default:
        this.#tokens.rewind(mark);
        return this.#command();
    }
  }

  #command(): ActionNode {
    const { offset } = this.#tokens.peekNonSpace();
    return { type: 'action', offset, pipe: this.#pipeline('command', 'rightDelimiter') };
  }

  #jump(type: 'break' | 'continue', offset: number): Node {
    const token = this.#tokens.nextNonSpace();
    if (token.type !== 'rightDelimiter') this.#unexpected(token, `{{${type}}}`);
    if (this.#ranges === 0) this.#fail(`{{${type}}} outside {{range}}`);
    return { type, offset };
  }

  #else(): EndNode {
    const next = this.#tokens.peekNonSpace();
    // `{{else if …}}` is `{{else}}{{if …}}`: the `if` is left for the control that the `else` belongs to.
    if (next.type === 'if' || next.type === 'with') return { type: 'else', offset: next.offset };
    return { type: 'else', offset: this.#expect('rightDelimiter', 'else').offset };
  }

  #control(type: IfNode['type']): IfNode {
    const known = this.#variables.length;
    const pipe = this.#pipeline(type, 'rightDelimiter');
    if (type === 'range') this.#ranges++;
    const { list, end } = this.#itemList();
    if (type === 'range') this.#ranges--;
    const elseList = end.type === 'else' ? this.#elseList(type, end.offset) : undefined;
    this.#variables.length = known;
    return { type, offset: pipe.offset, pipe, list, ...(elseList && { elseList }) };
  }

  #elseList(type: IfNode['type'], offset: number): ListNode {
    // An `else if` is ended by the end of the `if` in front.
    if (type !== 'range' && this.#tokens.peek().type === type) {
      this.#tokens.next();
      return { type: 'list', offset, nodes: [this.#control(type)] };
    }
    const { list, end } = this.#itemList();
    if (end.type !== 'end') this.#fail(`expected end; found {{${end.type}}}`);
    return list;
  }

  #block(): TemplateNode {
    const context = 'block clause';
    const token = this.#tokens.nextNonSpace();
    const name = this.#templateName(token, context);
    const pipe = this.#pipeline(context, 'rightDelimiter');
    // Go tells of a wrong end where the block begins.
    this.#define(name, context, this.#tokens.latest?.offset);
    return { type: 'template', offset: token.offset, name, pipe };
  }

  #templateCall(): TemplateNode {
    const context = 'template clause';
    const token = this.#tokens.nextNonSpace();
    const name = this.#templateName(token, context);
    if (this.#tokens.peekNonSpace().type === 'rightDelimiter') {
      this.#tokens.nextNonSpace();
      return { type: 'template', offset: token.offset, name };
    }
    return { type: 'template', offset: token.offset, name, pipe: this.#pipeline(context, 'rightDelimiter') };
  }

  #templateName(token: Token, context: string): string {
    if (token.type !== 'string' && token.type !== 'rawString') this.#unexpected(token, context);
    return this.#unquoted(token.value);
  }

  #pipeline(context: string, end: TokenType): PipeNode {
    const { offset } = this.#tokens.peekNonSpace();
    const pipe: PipeNode = { type: 'pipe', offset, declarations: [], isAssignment: false, commands: [] };
    this.#declarations(pipe, context);
    for (;;) {
      const token = this.#tokens.peekNonSpace();
      if (token.type === end) {
        this.#tokens.nextNonSpace();
        this.#checkPipeline(pipe, context);
        return pipe;
      }
      if (!OPERANDS.has(token.type)) this.#unexpected(this.#tokens.nextNonSpace(), context);
      pipe.commands.push(this.#operands());
    }
  }

  /** `$x :=`, `$x =`, and in a range `$i, $e :=`. What is not followed by these is an operand. */
  #declarations(pipe: PipeNode, context: string): void {
    while (this.#tokens.peekNonSpace().type === 'variable') {
      const mark = this.#tokens.mark();
      const variable = this.#tokens.nextNonSpace();
      const next = this.#tokens.peekNonSpace();
      const isComma = next.type === 'char' && next.value === ',';
      if (next.type !== 'assign' && next.type !== 'declare' && !isComma) {
        this.#tokens.rewind(mark);
        return;
      }
      this.#tokens.nextNonSpace();
      pipe.declarations.push(variableNode(variable.offset, variable.value));
      this.#variables.push(variable.value);
      if (!isComma) {
        pipe.isAssignment = next.type === 'assign';
        return;
      }
      this.#requireSecondVariable(pipe, context);
    }
  }

  #requireSecondVariable(pipe: PipeNode, context: string): void {
    if (context !== 'range' || pipe.declarations.length >= 2)
      this.#fail(`too many declarations in ${context}`);
    const { type } = this.#tokens.peekNonSpace();
    if (type !== 'variable' && type !== 'rightDelimiter' && type !== 'rightParen') {
      this.#fail('range can only initialize variables');
    }
  }

  #checkPipeline({ commands }: PipeNode, context: string): void {
    if (commands.length === 0) this.#fail(`missing value for ${context}`);
    for (const [i, { operands }] of commands.entries()) {
      const { type = 'nil' } = operands[0] ?? {};
      if (i > 0 && ['bool', 'dot', 'nil', 'number', 'string'].includes(type)) {
        this.#fail(`non executable command in pipeline stage ${i + 1}`);
      }
    }
  }

  #operands(): CommandNode {
    const command: CommandNode = {
      type: 'command',
      offset: this.#tokens.peekNonSpace().offset,
      operands: [],
    };
    for (;;) {
      this.#tokens.peekNonSpace();
      const operand = this.#operand();
      if (operand) command.operands.push(operand);
      const mark = this.#tokens.mark();
      const token = this.#tokens.next();
      if (token.type === 'space') continue;
      if (token.type === 'rightDelimiter' || token.type === 'rightParen') this.#tokens.rewind(mark);
      else if (token.type !== 'pipe') this.#unexpected(token, 'operand');
      break;
    }
    if (command.operands.length === 0) this.#fail('empty command');
    return command;
  }

  #operand(): Operand | undefined {
    const term = this.#term();
    if (!term || this.#tokens.peek().type !== 'field') return term;
    const { offset } = this.#tokens.peek();
    const names: string[] = [];
    while (this.#tokens.peek().type === 'field') names.push(this.#tokens.next().value.slice(1));
    switch (term.type) {
      case 'field':
      case 'variable':
        return { type: term.type, offset, names: [...term.names, ...names] };
      case 'bool':
      case 'string':
      case 'number':
      case 'nil':
      case 'dot':
        return this.#fail(`unexpected . after term ${quoteString(printNode(term))}`);
      default:
        return { type: 'chain', offset, operand: term, names };
    }
  }

  #term(): Operand | undefined {
    const mark = this.#tokens.mark();
    const token = this.#tokens.nextNonSpace();
    const { offset, value } = token;
    switch (token.type) {
      case 'identifier':
        if (!this.#options.isFunction(value)) this.#fail(`function ${quoteString(value)} not defined`);
        return { type: 'identifier', offset, name: value };
      case 'dot':
      case 'nil':
        return { type: token.type, offset };
      case 'variable':
        return this.#knownVariable(token);
      case 'field':
        return { type: 'field', offset, names: [value.slice(1)] };
      case 'bool':
        return { type: 'bool', offset, value: value === 'true' };
      case 'charConstant':
      case 'complex':
      case 'number':
        return this.#number(token);
      case 'leftParen':
        return this.#parenthesized();
      case 'string':
      case 'rawString':
        return { type: 'string', offset, quoted: value, value: this.#unquoted(value) };
      default:
        this.#tokens.rewind(mark);
        return undefined;
    }
  }

  #parenthesized(): PipeNode {
    if (this.#depth >= MAX_DEPTH) this.#fail('max expression depth exceeded');
    this.#depth++;
    const pipe = this.#pipeline('parenthesized pipeline', 'rightParen');
    this.#depth--;
    return pipe;
  }

  #knownVariable({ offset, value }: Token): VariableNode {
    if (!this.#variables.includes(value)) this.#fail(`undefined variable ${quoteString(value)}`);
    return variableNode(offset, value);
  }

  #number({ offset, value, type }: Token): Operand {
    const constant = parseNumber(value, type);
    if (typeof constant === 'string') return this.#fail(constant);
    return { type: 'number', offset, text: value, constant };
  }

  #unquoted(quoted: string): string {
    return unquote(quoted) ?? this.#fail('invalid syntax');
  }

  #expect(type: TokenType, context: string): Token {
    const token = this.#tokens.nextNonSpace();
    return token.type === type ? token : this.#unexpected(token, context);
  }

  #unexpected(token: Token, context: string): never {
    if (token.type !== 'error') return this.#fail(`unexpected ${describeToken(token)} in ${context}`);
    let text = token.value;
    const line = this.#actionStart === undefined ? undefined : this.#lineOf(this.#actionStart);
    if (line !== undefined && line !== this.#lineOf(token.offset)) {
      text += `${text.endsWith(' action') ? '' : ' in action'} started at ${this.#name}:${line}`;
    }
    return this.#fail(text);
  }

  #fail(text: string, at = this.#tokens.latest?.offset ?? 0): never {
    const { line, column } = positionOf(this.#text, at);
    throw new TemplateError('GO_TEMPLATE_SYNTAX', `template: ${this.#name}:${line}: ${text}`, {
      source: { file: this.#name, line, column },
      sourceText: this.#text,
    });
  }

  #lineOf(offset: number): number {
    return positionOf(this.#text, offset).line;
  }
}

function isEnd(node: Node | EndNode): node is EndNode {
  return node.type === 'end' || node.type === 'else';
}

function variableNode(offset: number, text: string): VariableNode {
  return { type: 'variable', offset, names: [text] };
}
