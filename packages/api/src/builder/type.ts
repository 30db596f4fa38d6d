import type { Schema } from '@gitops-toolkit/schema';

/**
 * A piece of a resource's definition: the schema that a CRD carries, and the TypeScript type of the
 * values that the schema allows. {@link Infer} takes the type out.
 */
export interface Type<T> {
  readonly schema: Schema;
  /** Never there: it holds the type for the compiler. */
  readonly '~value'?: T;
}

/** A field that may be absent. */
export interface OptionalType<T> extends Type<T> {
  readonly optional: true;
}

/** The type of the values of a {@link Type}. */
export type Infer<D> = D extends Type<infer T> ? T : never;

/** The fields of an object, by name. */
export type Fields = Readonly<Record<string, Type<unknown>>>;

type OptionalKey<F extends Fields> = {
  [K in keyof F]: F[K] extends OptionalType<unknown> ? K : never;
}[keyof F];

type Simplify<T> = { [K in keyof T]: T[K] };

/** The type of an object with the fields. */
export type ObjectOf<F extends Fields> = Simplify<
  { [K in Exclude<keyof F, OptionalKey<F>>]: Infer<F[K]> } & { [K in OptionalKey<F>]?: Infer<F[K]> }
>;
