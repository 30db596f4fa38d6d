import { positionOf } from '@gitops-toolkit/core';
import { FunctionError, TemplateError, type TemplateErrorCode } from '../errors.ts';
import { quoteString } from '../format/quote.ts';
import { printValue } from '../format/format-value.ts';
import type { ErrorNode, ListNode, NumberNode, Operand } from '../parse/node.ts';
import { printNode } from '../parse/print-node.ts';
import type { GoFunction, GoType } from '../value/go-function.ts';
import { byteLength } from '../value/go-string.ts';
import { canBeNil, holdsInterfaces, isAssignable, kindOf, typeOf } from '../value/go-type.ts';
import { isTrue } from '../value/truth.ts';
import { constantFor, idealConstant } from './constant.ts';
import { type FieldContext, readField, requireMethod } from './field.ts';
import { type Budget, LimitError } from './limits.ts';
import { type RangeItems, rangeItems } from './range.ts';

/** A tree in a form that can be executed. */
export interface Program {
  /** The nodes, by the numbers that the program names them with. */
  readonly nodes: readonly ErrorNode[];
  /** Writes to the execution; `isInterface` tells whether Go would have `dot` in an interface. */
  readonly run: (execution: Execution, dot: unknown) => void;
}

/** A template of a set. */
export interface Template {
  readonly name: string;
  readonly tree: ListNode;
  /** The name and text that it was parsed from, which messages show. */
  readonly source: { readonly name: string; readonly text: string };
  /** Made with the first execution. */
  readonly program: () => Program;
}

/** What becomes of a key that a map does not have: Go's option `missingkey`. */
export type MissingKey = 'default' | 'zero' | 'error';

/** What an execution needs of the set of templates. */
export interface Environment {
  readonly missingKey: MissingKey;
  lookup(name: string): Template | undefined;
  findFunction(name: string): GoFunction | undefined;
}

/** The absence of a value from the command before. */
export const MISSING: unique symbol = Symbol('missing');

/**
 * One execution of a template: what programs call, whether they were compiled or are interpreted. `at` is the node that
 * Go would name in a message now.
 */
export class Execution implements FieldContext {
  readonly #environment: Environment;
  readonly #budget: Budget;
  #template: Template;
  #program: Program;
  #output = '';
  at = 0;
  /** Whether Go would have the field that was read last in an interface. */
  held = true;

  constructor(template: Template, environment: Environment, budget: Budget) {
    this.#environment = environment;
    this.#budget = budget;
    this.#template = template;
    this.#program = template.program();
  }

  get output(): string {
    return this.#output;
  }

  get missingKey(): MissingKey {
    return this.#environment.missingKey;
  }

  text(text: string): void {
    this.#output += text;
    const excess = this.#budget.write(text.length);
    if (excess) this.exceed(excess);
  }

  /** Writes a value as an action does. */
  print(value: unknown, node: number): void {
    if (typeof value === 'string') {
      this.text(value);
      return;
    }
    this.at = node;
    if (value === undefined || value === null) this.text('<no value>');
    else if (kindOf(value) === 'func')
      this.fail(`can't print ${this.#printed(node)} of type ${typeOf(value)}`);
    else this.text(printValue(value));
  }

  isTrue(value: unknown): boolean {
    return isTrue(value);
  }

  /** `.name` of a value, without arguments. */
  field(receiver: unknown, name: string, isInterface: boolean): unknown {
    const value = readField(this, receiver, name, isInterface);
    this.held = holdsInterfaces(receiver);
    return value;
  }

  /** `.a.b.c` of a value, which a node of the template has. */
  path(receiver: unknown, names: readonly string[], isInterface: boolean, node: number): unknown {
    this.at = node;
    return this.#follow(receiver, names, isInterface);
  }

  /** The same of what an expression gave, whose node is the one that messages go on to name. */
  behind(receiver: unknown, names: readonly string[]): unknown {
    return this.#follow(receiver, names, false);
  }

  #follow(receiver: unknown, names: readonly string[], isInterface: boolean): unknown {
    let value = receiver;
    this.held = isInterface;
    for (const name of names) value = this.field(value, name, this.held);
    return value;
  }

  /** `.name` of a value as something to call with so many arguments. */
  method(receiver: unknown, name: string, isInterface: boolean, count: number): GoFunction {
    const method = requireMethod(this, receiver, name, isInterface);
    if (!method) return NOTHING;
    this.#checkCount(method, name, count, count);
    return method;
  }

  /** The function of a name, about to be called with so many arguments, the value of a pipe among them. */
  function(name: string, written: number, piped: number, node: number): GoFunction {
    this.at = node;
    const found = this.#environment.findFunction(name);
    if (!found) return this.fail(`${quoteString(name)} is not a defined function`);
    this.#checkCount(found, name, written + piped, written);
    return found;
  }

  #checkCount({ parameters, isVariadic }: GoFunction, name: string, count: number, written: number): void {
    const fixed = parameters.length - (isVariadic ? 1 : 0);
    if (isVariadic && count < fixed) {
      this.fail(`wrong number of args for ${name}: want at least ${fixed} got ${written}`);
    }
    if (!isVariadic && count !== fixed) {
      this.fail(`wrong number of args for ${name}: want ${fixed} got ${count}`);
    }
  }

  /** An argument, once it is known to be of the type of its parameter. */
  argument(called: GoFunction, index: number, value: unknown): unknown {
    const last = called.parameters.length - 1;
    return this.#valid(value, called.parameters[index < last ? index : last] ?? 'interface {}');
  }

  #valid(value: unknown, type: GoType): unknown {
    if (type === 'interface {}') return value ?? null;
    if (type === 'reflect.Value' || (type === 'string' && typeof value === 'string')) return value;
    if (value === undefined) return canBeNil(type) ? null : this.fail(`invalid value; expected ${type}`);
    const given = value === null ? 'interface {}' : typeOf(value);
    if (value !== null && (isAssignable(given, type) || isAssignable(given.replace(/^\*/, ''), type)))
      return value;
    return this.fail(`wrong type for value; expected ${type}; got ${given}`);
  }

  /** A literal as an argument: numbers take the type of the parameter. */
  literal(called: GoFunction, index: number, operand: Operand, node: number): unknown {
    this.at = node;
    const last = called.parameters.length - 1;
    const type = called.parameters[index < last ? index : last] ?? 'interface {}';
    return constantFor(this, operand, type);
  }

  constant(node: NumberNode): unknown {
    return idealConstant(this, node);
  }

  call(called: GoFunction, name: string, node: number, values: readonly unknown[]): unknown {
    try {
      this.#count(values);
      return this.#counted(called.call.apply(undefined, this.#given(called, node, values)));
    } catch (error) {
      return this.#failed(error, name, node);
    }
  }

  #given(called: GoFunction, node: number, values: readonly unknown[]): never[] {
    return (called.takesSource ? [this.#firstArgument(node, values), ...values] : values) as never[];
  }

  #count(values: readonly unknown[]): void {
    const budget = this.#budget;
    for (let i = 0; i < values.length; i++) budget.work(sizeOf(values[i]));
  }

  #counted(result: unknown): unknown {
    this.#budget.work(sizeOf(result));
    return result;
  }

  #failed(error: unknown, name: string, node: number): never {
    const isLimit = error instanceof LimitError;
    if (!isLimit && !isFunctionFailure(error)) throw error;
    this.at = node;
    return isLimit ? this.exceed(error) : this.fail(`error calling ${name}: ${error.message}`, error);
  }

  #firstArgument(node: number, values: readonly unknown[]): string {
    const command = this.#node(node);
    const written = command?.type === 'command' ? command.operands[1] : undefined;
    return written ? printNode(written) : printValue(values[0]);
  }

  range(value: unknown, variables: number): RangeItems | undefined {
    return rangeItems(this, value, variables);
  }

  /** Counts a round of a loop. */
  iterate(): void {
    const excess = this.#budget.iterate();
    if (excess) this.exceed(excess);
  }

  /** `{{template "name" dot}}`: the other template is executed in place, with its own nodes. */
  template(name: string, dot: unknown): void {
    const template = this.lookup(name);
    const budget = this.#budget;
    if (budget.depth >= budget.maxDepth) this.fail(`exceeded maximum template depth (${budget.maxDepth})`);
    const caller = [this.#template, this.#program, this.at] as const;
    budget.depth++;
    this.#template = template;
    this.#program = template.program();
    this.#program.run(this, dot);
    [this.#template, this.#program, this.at] = caller;
    budget.depth--;
  }

  lookup(name: string): Template {
    return this.#environment.lookup(name) ?? this.fail(`template ${quoteString(name)} not defined`);
  }

  /** Ends the execution with Go's words for where it is and what is wrong. */
  fail(message: string, cause?: unknown): never {
    return this.#fail('GO_TEMPLATE_EXECUTION', message, cause);
  }

  /** Ends the execution where it is because of a limit. */
  exceed(error: LimitError): never {
    return this.#fail('GO_TEMPLATE_LIMIT', error.message, error);
  }

  #fail(code: TemplateErrorCode, message: string, cause: unknown): never {
    const { name, source } = this.#template;
    const { offset = 0 } = this.#node(this.at) ?? {};
    const { line, column } = positionOf(source.text, offset);
    const lineStart = offset - column + 1;
    const place = `${source.name}:${line}:${byteLength(source.text.slice(lineStart, offset))}`;
    const context = `executing ${quoteString(name)} at <${this.#printed(this.at)}>`;
    throw new TemplateError(code, `template: ${place}: ${context}: ${message}`, {
      ...(cause !== undefined && { cause }),
      ...(code === 'GO_TEMPLATE_LIMIT' && { hint: limitHint((cause as LimitError).limit) }),
      source: { file: source.name, line, column },
      sourceText: source.text,
      output: this.#output,
    });
  }

  #node(number: number): ErrorNode | undefined {
    return this.#program.nodes[number];
  }

  #printed(number: number): string {
    const node = this.#node(number);
    return node ? printNode(node) : '';
  }
}

/** Stands for a method of nothing, which Go evaluates to nothing without looking at its arguments. */
const NOTHING: GoFunction = { parameters: ['reflect.Value'], isVariadic: true, call: () => undefined };

/** What a value adds to the work of a function that takes or gives it. */
function sizeOf(value: unknown): number {
  return typeof value === 'string' || Array.isArray(value) ? value.length : 1;
}

function limitHint(limit: string | undefined): string {
  if (limit === undefined)
    return 'Look for a template that includes itself, or a value that contains itself.';
  return `Raise limits.${limit} if the template is one that you trust.`;
}

/** What a function or a template inside it failed with, which limits are not. */
function isFunctionFailure(error: unknown): error is Error {
  return (
    error instanceof FunctionError || (error instanceof TemplateError && error.code !== 'GO_TEMPLATE_LIMIT')
  );
}
