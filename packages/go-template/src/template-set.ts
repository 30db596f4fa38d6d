import { builtinFunctions } from './builtins/builtin-functions.ts';
import { compile, defaultMode, type ExecutionMode } from './compile/compile.ts';
import { TemplateError } from './errors.ts';
import {
  type Environment,
  Execution,
  type MissingKey,
  type Program,
  type Template,
} from './execute/execution.ts';
import {
  asLimit,
  Budget,
  enterBudget,
  type ExecutionLimits,
  isRunning,
  LimitError,
} from './execute/limits.ts';
import { quoteString } from './format/quote.ts';
import { isEmptyList, type ListNode } from './parse/node.ts';
import { type ParsedText, parseText } from './parse/parser.ts';
import { TracedExecution } from './trace/traced-execution.ts';
import { traced } from './trace/traced-interpreter.ts';
import type { Tracer } from './trace/tracer.ts';
import type { FunctionMap } from './value/function-map.ts';
import { LayeredMap } from './layered-map.ts';
import { TemplateCache } from './template-cache.ts';
import type { GoFunction } from './value/go-function.ts';

/** How a set of templates is made. */
export interface TemplateSetOptions {
  /** Functions beside those that Go has built in, which they may replace. */
  readonly functions?: FunctionMap;
  /** What `.key` gives where a map has no such key. @default 'default', which prints `<no value>` */
  readonly missingKey?: MissingKey;
  /** @default 'compiled', where the JavaScript engine allows generated code */
  readonly mode?: ExecutionMode;
  /** Parsed texts and compiled trees, to be shared with other sets that have functions of the same names. */
  readonly cache?: TemplateCache;
  /** Told who writes what; templates are interpreted then. */
  readonly tracer?: Tracer;
}

/**
 * Templates that can call each other by name, as a `template.Template` of Go and those associated with it.
 *
 * @example
 * ```ts
 * import { TemplateSet } from '@gitops-toolkit/go-template';
 * const set = new TemplateSet();
 * set.parse('greeting', '{{define "name"}}{{.first}}{{end}}Hello, {{template "name" .}}!');
 * console.log(set.execute('greeting', { first: 'Ada' })); // Hello, Ada!
 * ```
 */
export class TemplateSet {
  #templates = new LayeredMap<Template>();
  #functions: LayeredMap<GoFunction>;
  readonly #missingKey: MissingKey;
  readonly #mode: ExecutionMode;
  readonly #cache: TemplateCache;
  readonly #environment: Environment;
  readonly #tracer: Tracer | undefined;

  constructor(options: TemplateSetOptions = {}) {
    this.#functions = new LayeredMap(Object.entries(options.functions ?? {}));
    this.#missingKey = options.missingKey ?? 'default';
    this.#mode = options.mode ?? defaultMode();
    this.#cache = options.cache ?? new TemplateCache();
    this.#environment = {
      missingKey: this.#missingKey,
      lookup: (name) => this.#templates.get(name),
      findFunction: (word) => this.#functions.get(word) ?? builtinFunctions.get(word),
    };
    this.#tracer = options.tracer;
  }

  /**
   * Parses a text and takes in what it defines. A template that is there already is replaced, unless the new one is
   * nothing but space.
   *
   * @throws TemplateError `GO_TEMPLATE_SYNTAX`.
   */
  parse(name: string, text: string): this {
    this.#parse(name, text);
    return this;
  }

  #parse(name: string, text: string): ParsedText {
    const isFunction = (word: string) => this.#functions.has(word) || builtinFunctions.has(word);
    const parsed = this.#cache.parsed(name, text, () => parseText(name, text, { isFunction }));
    for (const [defined, tree] of parsed.trees) {
      if (this.#templates.has(defined) && isEmptyList(tree)) continue;
      this.#templates.set(defined, this.#template(defined, tree, parsed));
    }
    return parsed;
  }

  #template(name: string, tree: ListNode, source: ParsedText): Template {
    const isOwn = (word: string) => this.#functions.has(word);
    const tracer = this.#tracer;
    if (tracer) {
      let program: Program | undefined;
      return {
        name,
        tree,
        source,
        program: () => (program ??= traced({ name, tree, source }, isOwn, tracer)),
      };
    }
    const program = () => this.#cache.program(tree, () => compile(tree, this.#mode, isOwn))();
    return { name, tree, source, program };
  }

  /** Whether there is a template of a name. */
  has(name: string): boolean {
    return this.#templates.has(name);
  }

  /** The names of all templates, in the order in which they came. */
  names(): string[] {
    return this.#templates.keys();
  }

  /** Adds functions, or replaces some. They must be there before a text that calls them is parsed. */
  setFunctions(functions: FunctionMap): this {
    for (const [name, called] of Object.entries(functions)) this.#functions.set(name, called);
    return this;
  }

  /** A set with the same templates and functions, whose changes are not seen here. */
  clone(): TemplateSet {
    const copy = new TemplateSet({
      missingKey: this.#missingKey,
      mode: this.#mode,
      cache: this.#cache,
      ...(this.#tracer && { tracer: this.#tracer }),
    });
    copy.#templates = this.#templates.copy();
    copy.#functions = this.#functions.copy();
    return copy;
  }

  /**
   * Executes a template.
   *
   * @throws TemplateError `GO_TEMPLATE_EXECUTION` with Go's message and the output so far, `GO_TEMPLATE_NOT_DEFINED`,
   *   `GO_TEMPLATE_LIMIT`.
   */
  execute(name: string, data: unknown, limits: ExecutionLimits = {}): string {
    return this.executeWithin(name, data, new Budget(limits));
  }

  /**
   * Executes a template within the budget of another execution, as a function that executes templates has to.
   *
   * @param asker what Go says a template is associated with, in the message about one that there is not.
   */
  executeWithin(name: string, data: unknown, budget: Budget, asker: string = name): string {
    const template = this.#templates.get(name) ?? notDefined(name, asker);
    if (!isRunning(budget)) return this.#executeFirst(template, data, budget);
    // Templates may include themselves a thousand times: each call more on the way counts. To Go, a dot that is nil is
    // no value at all, whose fields are no faults.
    const execution = this.#execution(template, budget);
    template.program().run(execution, data ?? undefined);
    return execution.output;
  }

  /**
   * Parses a text and executes it, whatever else has its name; what it defines stays in the set.
   *
   * @throws TemplateError `GO_TEMPLATE_SYNTAX`, and what {@link TemplateSet.execute} throws.
   */
  executeText(name: string, text: string, data: unknown, budget: Budget): string {
    const parsed = this.#parse(name, text);
    const tree = parsed.trees.get(name);
    if (!tree) return '';
    const template = this.#template(name, tree, parsed);
    if (!isRunning(budget)) return this.#executeFirst(template, data, budget);
    // Templates may include themselves a thousand times: each call more on the way counts.
    const execution = this.#execution(template, budget);
    template.program().run(execution, data ?? undefined);
    return execution.output;
  }

  /** Executes a template that no other is executed within. */
  #executeFirst(template: Template, data: unknown, budget: Budget): string {
    const execution = this.#execution(template, budget);
    const before = enterBudget(budget);
    try {
      template.program().run(execution, data ?? undefined);
      return execution.output;
    } catch (error) {
      const known = asLimit(error);
      if (known instanceof LimitError) execution.exceed(known);
      throw known;
    } finally {
      enterBudget(before);
    }
  }

  #execution(template: Template, budget: Budget): Execution {
    return this.#tracer
      ? new TracedExecution(template, this.#environment, budget, this.#tracer)
      : new Execution(template, this.#environment, budget);
  }
}

function notDefined(name: string, asker: string): never {
  const message = `template: no template ${quoteString(name)} associated with template ${quoteString(asker)}`;
  throw new TemplateError('GO_TEMPLATE_NOT_DEFINED', message);
}
