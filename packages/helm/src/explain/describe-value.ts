import { locationString } from '@gitops-toolkit/core';
import {
  isGoMap,
  type TraceScope,
  typeOf,
  type ValuePath,
  type ValueRead,
} from '@gitops-toolkit/go-template';
import type { ValueOrigin } from './explanation.ts';
import { nearestName } from './nearest-name.ts';
import { nameIn, type RenderTrace } from './render-trace.ts';
import { keyOf } from './value-layer.ts';

/** What a value is described for. */
export interface ValueContext {
  /** The names on the way to the chart whose templates read it. */
  readonly chart: readonly string[];
  readonly trace: RenderTrace;
  /** What was asked of the value. */
  readonly key?: string;
}

/** What is wrong with a value that a template has failed with: where it comes from, or where it would come from. */
export function describeValue(read: ValueRead, context: ValueContext): string {
  const name = nameIn(context.chart, read.path);
  const path = read.path.slice(1);
  if (read.path[0] !== 'Values' || path.length === 0) return `${name} is ${kindOf(read.value)}.`;
  const found = context.trace.layers.find(path);
  const what = isNothing(read.value) && !found ? undefined : `${name} is ${kindOf(read.value)}`;
  if (!what) return [`Nothing sets ${name}.`, ...describeAbsence(path, context)].join(' ');
  if (!found) return `${what}: a template has set it.`;
  const key = context.key === undefined || isNothing(read.value) ? '' : `, which has no ${context.key}`;
  return `${what}${key}: it comes from ${originText(found.origin)}.`;
}

/** Who could set a value, what stands where it would be, and names like its own. */
function* describeAbsence(path: ValuePath, { chart, trace, key }: ValueContext): Iterable<string> {
  const { layers } = trace;
  const wanted = key === undefined ? path : [...path, key];
  const here = layers.homeOf(path);
  yield `It would come from ${here}, or from your values: --set ${keyOf(wanted)}=…`;
  const holder = path.slice(0, -1);
  const found = holder.length > 0 ? layers.find(holder) : undefined;
  if (typeof found?.value === 'object' && found.value !== null) {
    yield `${nameIn(chart, ['Values', ...holder])}, which lacks it, is at ${originText(found.origin)}.`;
  }
  const near = nearestName(String(path.at(-1)), layers.keysOf(holder));
  const like = near === undefined ? undefined : layers.find([...holder, near]);
  if (near !== undefined && like) {
    yield `Did you mean ${nameIn(chart, ['Values', ...holder, near])} (${originText(like.origin)})?`;
  }
}

/** Why a place was come to that fails whatever its values are, such as a `fail`: because of a condition and its values. */
export function describeCondition(
  { place, reads }: TraceScope,
  { chart, trace }: Pick<ValueContext, 'chart' | 'trace'>,
): string {
  const values = reads.map((read) => {
    const { origin } = trace.named(read, chart);
    return `${nameIn(chart, read.path)} (${origin ? originText(origin) : 'not set'})`;
  });
  const read = values.length === 0 ? '' : `, which reads ${values.join(', ')}`;
  return `It depends on {{ ${place.expression} }} at ${locationString(place.source)}${read}.`;
}

/** Where someone has set a value, to be put into a sentence. */
export function originText({ kind, flag, source }: ValueOrigin): string {
  if (kind === 'flag') return flag ?? 'a flag';
  return source ? locationString(source) : 'the values of the release';
}

const isNothing = (value: unknown): boolean => value === undefined || value === null;

/** What a value is, in a word. */
export function typeIn(value: unknown): string {
  if (isNothing(value)) return 'nil';
  if (isGoMap(value)) return 'map';
  return Array.isArray(value) ? 'list' : typeOf(value);
}

function kindOf(value: unknown): string {
  if (isNothing(value)) return 'nil';
  return value === '' ? 'an empty string' : `a ${typeIn(value)}`;
}
