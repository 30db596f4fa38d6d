import type { GoFunction } from './go-function.ts';

/** What all values of a Go struct type have in common. */
export interface StructType<T = unknown> {
  /** As Go's `%T` prints it: `chart.Metadata`, `*semver.Version`. */
  readonly name: string;
  /** The exported fields in Go's order. */
  readonly fields: readonly string[];
  /** Fields of the structs that are embedded in it, which are reached as if they were its own. */
  readonly promoted?: readonly string[];
  /** The exported methods, each bound to a value. */
  readonly methods?: Readonly<Record<string, (value: T) => GoFunction>>;
  /** The text of its `String` or `Error` method, where it has one. */
  readonly text?: (value: T) => string;
  /** What `encoding/json` makes of it: a value, or names and values in Go's order. The exported fields by default. */
  readonly json?: (value: T) => unknown;
}

/** A value of a Go struct type, or a pointer to one. Templates reach its exported fields and methods alone. */
export class GoStruct<T = unknown> {
  readonly type: StructType<T>;
  /** What the methods work on. */
  readonly value: T;
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(type: StructType<T>, value: T, fields: Readonly<Record<string, unknown>> = {}) {
    this.type = type;
    this.value = value;
    this.#fields = fields;
  }

  hasField(name: string): boolean {
    return this.type.fields.includes(name) || (this.type.promoted?.includes(name) ?? false);
  }

  field(name: string): unknown {
    return Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined;
  }

  method(name: string): GoFunction | undefined {
    const { methods } = this.type;
    return methods && Object.hasOwn(methods, name) ? methods[name]?.(this.value) : undefined;
  }

  get isPointer(): boolean {
    return this.type.name.startsWith('*');
  }

  /** A value for JSON, or names and values. */
  json(): unknown {
    return this.type.json
      ? this.type.json(this.value)
      : this.type.fields.map((name) => [name, this.field(name)]);
  }

  /** What the `String` method says, or `undefined` where there is none. */
  text(): string | undefined {
    return this.type.text?.(this.value);
  }
}
