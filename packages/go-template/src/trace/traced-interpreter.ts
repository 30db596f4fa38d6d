import { type Dot, Interpreter, type Outcome, type Variable } from '../compile/interpret.ts';
import { NodeNumbers } from '../compile/node-numbers.ts';
import type { Execution, Program } from '../execute/execution.ts';
import type { RangeItems } from '../execute/range.ts';
import type { ErrorNode, IfNode, ListNode, Node, PipeNode } from '../parse/node.ts';
import { type PlacedTemplate, TemplatePlace } from './template-place.ts';
import type { Tracer } from './tracer.ts';
import type { ValueRead } from './value-reads.ts';

/** Makes a tree executable so that a tracer is told of all that it does. */
export function traced(
  template: PlacedTemplate & { readonly tree: ListNode },
  isOwn: (name: string) => boolean,
  tracer: Tracer,
): Program {
  const numbers = new NodeNumbers(template.tree);
  const { nodes } = numbers;
  return {
    nodes,
    run(execution, dot) {
      const interpreter = new TracedInterpreter({ template, tracer, nodes }, execution, numbers, isOwn, dot);
      tracer.run(template, execution, () =>
        interpreter.list(template.tree, { value: dot, isInterface: false }),
      );
    },
  };
}

/** What is traced. */
interface Traced {
  readonly template: PlacedTemplate;
  readonly tracer: Tracer;
  readonly nodes: readonly ErrorNode[];
}

class TracedInterpreter extends Interpreter {
  readonly #traced: Traced;
  readonly #execution: Execution;
  /** What variables and dots were made of. */
  readonly #origins = new WeakMap<object, readonly ValueRead[]>();
  /** What the pipes of conditions and loops have read. */
  readonly #pipes = new WeakMap<PipeNode, readonly ValueRead[]>();

  constructor(
    all: Traced,
    execution: Execution,
    numbers: NodeNumbers,
    isOwn: (name: string) => boolean,
    data: unknown,
  ) {
    super(execution, numbers, isOwn, data);
    this.#traced = all;
    this.#execution = execution;
  }

  override statement(node: Node, dot: Dot): Outcome {
    const { template, tracer, nodes } = this.#traced;
    try {
      return tracer.statement(template, node, () => super.statement(node, dot));
    } catch (error) {
      tracer.failed(template, nodes[this.#execution.at], error);
      throw error;
    }
  }

  override pipe(pipe: PipeNode, dot: Dot): unknown {
    const { result, reads } = this.#traced.tracer.reading(() => super.pipe(pipe, dot));
    this.#pipes.set(pipe, reads);
    for (const {
      names: [name = ''],
    } of pipe.declarations) {
      const variable = this.find(name);
      if (variable) this.#origins.set(variable, reads);
    }
    return result;
  }

  protected override inside(node: IfNode, list: ListNode, dot: Dot): Outcome {
    const place = new TemplatePlace(this.#traced.template, node);
    const scope = { kind: node.type, place, reads: this.#pipes.get(node.pipe) ?? [] };
    return this.#traced.tracer.within(scope, () => super.inside(node, list, dot));
  }

  protected override opened(node: IfNode, value: unknown): Dot {
    const dot = super.opened(node, value);
    this.#origins.set(dot, this.#pipes.get(node.pipe) ?? []);
    return dot;
  }

  protected override element(node: IfNode, items: RangeItems, index: number): Dot {
    const dot = super.element(node, items, index);
    this.#origins.set(dot, elementsOf(this.#pipes.get(node.pipe) ?? [], items, index, dot.value));
    return dot;
  }

  protected override assign(variable: Variable, dot: Dot): void {
    super.assign(variable, dot);
    const origins = this.#origins.get(dot);
    if (origins) this.#origins.set(variable, origins);
  }

  protected override used<T extends Dot>(holder: T): T {
    this.#traced.tracer.used(this.#origins.get(holder) ?? []);
    return super.used(holder);
  }
}

/** An element is one of the list or map that was read last, where this has it. */
function elementsOf(
  reads: readonly ValueRead[],
  items: RangeItems,
  index: number,
  value: unknown,
): readonly ValueRead[] {
  const whole = reads.at(-1);
  const key = items.key(index);
  const step = typeof key === 'bigint' ? Number(key) : key;
  if (!whole || typeof whole.value !== 'object' || whole.value === null) return reads;
  if (typeof step !== 'string' && typeof step !== 'number') return reads;
  if ((whole.value as Record<string | number, unknown>)[step] !== value) return reads;
  return [...reads.slice(0, -1), { path: [...whole.path, step], value }];
}
