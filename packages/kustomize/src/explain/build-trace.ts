import type { ResourceNode } from '../accumulate/resource-node.ts';
import type { Place } from '../errors.ts';
import type { BuildContext } from '../load/build-context.ts';
import type { ValuePath } from '../merge/merge-context.ts';
import type { FieldOrigin } from './field-origin.ts';
import { follow, type OriginOf, type Provenance } from './provenance.ts';

/** A step of a build, as far as it must be known to say what it did. */
export interface TracedStep {
  readonly kind: 'generator' | 'transformer';
  readonly step: string;
  /** The file of the kustomization that asks for it. */
  readonly kustomization: string;
  /** Where it is asked for. */
  readonly place?: () => Place | undefined;
  /** Where exactly a field of a resource was given its value. */
  readonly placeOf?: ((node: ResourceNode, path: ValuePath) => Place | undefined) | undefined;
}

const traces = new WeakMap<BuildContext, BuildTrace>();

/** Has a build noted down, from now on. */
export function startTrace(context: BuildContext): BuildTrace {
  const trace = new BuildTrace();
  traces.set(context, trace);
  return trace;
}

/** The notes that are taken of a build; mostly none are. */
export function traceOf(context: BuildContext): BuildTrace | undefined {
  return traces.get(context);
}

/**
 * Who has made which field of a build's resources. Every resource is looked at after every step, which is
 * too much for a build that nobody asks about; such a build has no trace.
 */
export class BuildTrace {
  readonly #known = new Map<ResourceNode, Provenance>();
  #order: readonly ResourceNode[] = [];

  /** Notes resources as they were read. */
  read(nodes: readonly ResourceNode[]): void {
    for (const node of nodes) this.#known.set(node, follow(undefined, node.value, originInFile(node)));
  }

  /** Notes what a step has changed. */
  after(step: TracedStep, nodes: readonly ResourceNode[]): void {
    for (const [i, node] of nodes.entries()) {
      const before = this.#known.get(node) ?? this.#replacedAt(i, nodes);
      this.#known.set(node, follow(before, node.value, originInStep(step, node)));
    }
    this.#order = nodes;
  }

  /** What is known of a resource. */
  of(node: ResourceNode): Provenance | undefined {
    return this.#known.get(node);
  }

  /** A generator with behavior merge or replace puts a resource in the place of another. */
  #replacedAt(i: number, nodes: readonly ResourceNode[]): Provenance | undefined {
    const there = this.#order[i];
    return there && !nodes.includes(there) ? this.#known.get(there) : undefined;
  }
}

function originInFile(node: ResourceNode): OriginOf {
  const { styles } = node;
  return (path) => () => {
    const source = styles?.place(path)?.source ?? node.source;
    return { kind: 'file', ...(source ? { source } : {}) };
  };
}

function originInStep(traced: TracedStep, node: ResourceNode): OriginOf {
  const { kind, step, kustomization, place, placeOf } = traced;
  return (path) => {
    // Later steps may move the field.
    const exact = placeOf?.(node, path);
    return (): FieldOrigin => {
      const source = (exact ?? place?.())?.source;
      return { kind, step, kustomization, ...(source ? { source } : {}) };
    };
  };
}
