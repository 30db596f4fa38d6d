import type { Schema } from '@gitops-toolkit/schema';
import type { Type } from './type.ts';

/** What may be said of a text. Patterns are Go regular expressions. */
export type StringOptions = Pick<Schema, 'pattern' | 'minLength' | 'maxLength' | 'format'> & {
  readonly default?: string;
};

/** What may be said of a number. */
export type NumberOptions = Pick<Schema, 'minimum' | 'maximum' | 'format'> & { readonly default?: number };

/** A text. */
export function string(description: string, options: StringOptions = {}): Type<string> {
  return { schema: { type: 'string', description, ...options } };
}

/** One of some texts. */
export function choice<const V extends string>(
  description: string,
  values: readonly V[],
  options: { readonly default?: NoInfer<V> } = {},
): Type<V> {
  return { schema: { type: 'string', description, enum: values, ...options } };
}

/** A whole number; 64 bits wide unless `format` says `int32`. */
export function integer(description: string, options: NumberOptions = {}): Type<number> {
  return { schema: { type: 'integer', format: 'int64', description, ...options } };
}

/** Yes or no. */
export function boolean(description: string, options: { readonly default?: boolean } = {}): Type<boolean> {
  return { schema: { type: 'boolean', description, ...options } };
}

/** A moment, in RFC 3339. */
export function dateTime(description: string): Type<string> {
  return string(description, { format: 'date-time' });
}

/** A number, or a text that stands for one: a port, a percentage. */
export function intOrString(description: string): Type<number | string> {
  return { schema: { 'x-kubernetes-int-or-string': true, description } };
}

/** The largest unit that a duration may be written in. */
export interface DurationOptions {
  readonly default?: string;
  /** @default 'h' */
  readonly largestUnit?: 'm' | 'h';
}

/** A Go duration, as Flux restricts them: `30s`, `1m30s`, `1.5h`. */
export function duration(description: string, options: DurationOptions = {}): Type<string> {
  const { largestUnit = 'h', ...rest } = options;
  const pattern =
    largestUnit === 'h' ? '^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$' : '^([0-9]+(\\.[0-9]+)?(ms|s|m))+$';
  return string(description, { pattern, ...rest });
}
