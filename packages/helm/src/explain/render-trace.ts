import {
  type TemplatePlace,
  Tracer,
  type TraceScope,
  type ValuePath,
  type ValueRead,
} from '@gitops-toolkit/go-template';
import { plainValue } from '../functions/plain-value.ts';
import type { LineCondition, NamedValue, ReadValue, TemplateStep } from './explanation.ts';
import { keyOf } from './value-layer.ts';
import type { ValueLayers } from './value-layers.ts';

/** How a render is looked into. */
export interface RenderTraceParts {
  /** Executes the templates once more. What it fails with, the tracer knows. */
  readonly execute: (tracer: Tracer) => void;
  readonly layers: () => ValueLayers;
}

/** What is known of a render when it is executed once more with a tracer, which happens with the first question. */
export class RenderTrace {
  readonly #parts: RenderTraceParts;
  #tracer: Tracer | undefined;
  #layers: ValueLayers | undefined;

  constructor(parts: RenderTraceParts) {
    this.#parts = parts;
  }

  get tracer(): Tracer {
    if (!this.#tracer) {
      this.#tracer = new Tracer();
      try {
        this.#parts.execute(this.#tracer);
      } catch {
        // It was executed before: whoever did that knows the failure.
      }
    }
    return this.#tracer;
  }

  /** Who has given the values. */
  get layers(): ValueLayers {
    return (this.#layers ??= this.#parts.layers());
  }

  /** The name of a value, as the templates of a chart know it, and who has given it. */
  named({ path }: ValueRead, chart: readonly string[]): NamedValue {
    const key = path[0] === 'Values' ? path.slice(1) : [];
    const found = key.length > 0 ? this.layers.find(key) : undefined;
    return {
      path: nameIn(chart, path),
      ...(key.length > 0 && { key: keyOf(key) }),
      ...(found && { origin: found.origin }),
    };
  }

  /** The same with the value. */
  value(read: ValueRead, chart: readonly string[]): ReadValue {
    return { ...this.named(read, chart), value: shown(read.value) };
  }
}

/** A value as JSON; nothing for one that a template has put into itself. */
function shown(value: unknown): unknown {
  try {
    return plainValue(value);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** A place for users to read. */
export const stepOf = ({ template, source, expression }: TemplatePlace): TemplateStep => ({
  template,
  source,
  expression,
});

/** The calls on the way, the outermost first. */
export function includesOf(scope: TraceScope | undefined): TemplateStep[] {
  return scopesOf(scope)
    .filter(({ kind }) => kind === 'call')
    .map(({ place }) => stepOf(place));
}

/** Conditions and loops on the way, the outermost first. */
export function conditionsOf(
  scope: TraceScope | undefined,
  valueOf: (read: ValueRead) => ReadValue,
): LineCondition[] {
  return scopesOf(scope).flatMap(({ kind, place, reads }) =>
    kind === 'call' ? [] : [{ ...stepOf(place), kind, values: reads.map(valueOf) }],
  );
}

/** The way to a place, the outermost first. */
export function scopesOf(scope: TraceScope | undefined): TraceScope[] {
  const scopes: TraceScope[] = [];
  for (let each = scope; each; each = each.outer) scopes.push(each);
  return scopes.toReversed();
}

/** The names on the way to the chart that a place was executed for: those of the file that Helm executed. */
export function chartOf(place: TemplatePlace, scope: TraceScope | undefined): string[] {
  const [outermost] = scopesOf(scope);
  const { file } = (outermost?.place ?? place).source;
  const path = file.slice(0, file.lastIndexOf('/templates/'));
  return path.split('/charts/').slice(1);
}

/** A path as a template of a chart writes it. */
export function nameIn(chart: readonly string[], path: ValuePath): string {
  const [root, ...rest] = path;
  const isOwn = root === 'Values' && chart.every((name, i) => rest[i] === name);
  const steps = isOwn ? [root, ...rest.slice(chart.length)] : path;
  return `.${steps.map((step, i) => (typeof step === 'number' ? `[${step}]` : (i === 0 ? '' : '.') + step)).join('')}`;
}
