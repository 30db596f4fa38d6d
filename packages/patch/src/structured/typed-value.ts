import type { Schema } from '@gitops-toolkit/schema';

import { type Atom, atomOf } from './atom.ts';
import { type Comparison, compareValues } from './compare.ts';
import { FieldSet } from './field-set.ts';
import { mergeValues } from './merge.ts';
import { reconcileFields } from './reconcile.ts';
import { keyFieldPaths, onlyItems, withoutItems } from './remove-items.ts';
import { fieldSetOf } from './to-field-set.ts';
import { checkShape } from './validate.ts';

/** Choices of {@link TypedValue.of}. */
export interface TypedValueOptions {
  /**
   * Whether items of a set or a keyed list may repeat. Live objects may have such items, because
   * nothing but server-side apply forbids them.
   *
   * @default false
   */
  readonly allowDuplicates?: boolean;
}

/**
 * A value and the schema that says how it is divided among owners.
 *
 * From the schema count `x-kubernetes-list-type`, `x-kubernetes-list-map-keys`,
 * `x-kubernetes-map-type` and the defaults of list keys; for lists without a type the strategic
 * merge keys of old kinds. Without a schema, maps are granular and lists are atomic. Values are
 * never changed; results share parts with their operands.
 *
 * @example
 * ```ts
 * import { pathString, TypedValue } from '@gitops-toolkit/patch';
 *
 * const before = TypedValue.of({ data: { color: 'red' } }, undefined);
 * const after = TypedValue.of({ data: { color: 'blue', size: 'L' } }, undefined);
 * const { added, modified } = before.compare(after);
 * [...added.paths()].map(pathString); // ['.data.size']
 * [...modified.paths()].map(pathString); // ['.data.color']
 * ```
 */
export class TypedValue {
  readonly value: unknown;
  readonly schema: Schema | undefined;
  readonly #atom: Atom;
  #fields: FieldSet | undefined;

  private constructor(value: unknown, schema: Schema | undefined) {
    this.value = value;
    this.schema = schema;
    this.#atom = atomOf(schema);
  }

  /**
   * Checks a value against a schema; `null` is nothing at all, of any type.
   *
   * @throws PatchError `PATCH_TYPE_MISMATCH` where a value has another type than its field, a
   * field is not declared, or list items repeat or cannot be told apart; `PATCH_LIMIT` where the
   * value is nested too deeply.
   */
  static of(value: unknown, schema: Schema | undefined, options: TypedValueOptions = {}): TypedValue {
    const typed = new TypedValue(value, schema);
    checkShape(value, typed.#atom, options.allowDuplicates ?? false);
    return typed;
  }

  /** Another value of the same type, which is known to be well-formed. */
  #with(value: unknown): TypedValue {
    return value === this.value ? this : new TypedValue(value, this.schema);
  }

  /**
   * What the schema says about a value, for the steps of an apply in this folder.
   *
   * @internal
   */
  static atomOf(typed: TypedValue): Atom {
    return typed.#atom;
  }

  /** Everything that the value mentions. */
  toFieldSet(): FieldSet {
    return (this.#fields ??= fieldSetOf(this.value, this.#atom));
  }

  /** This value with the configuration merged in: where both say something, it wins. */
  merge(config: TypedValue): TypedValue {
    return this.#with(mergeValues(this.value, config.value, this.#atom));
  }

  /** What differs in the other value, which must be of the same type. */
  compare(other: TypedValue): Comparison {
    return compareValues(this.value, other.value, this.#atom);
  }

  /** This value without the fields and list items of the set. */
  removeItems(items: FieldSet): TypedValue {
    return this.#with(withoutItems(this.value, items, this.#atom));
  }

  /**
   * This value with nothing but the fields and list items of the set.
   *
   * @param options `withKeys` keeps the key fields of list items too, without which the result
   * could not be applied.
   */
  extractItems(items: FieldSet, options: { readonly withKeys?: boolean } = {}): TypedValue {
    const wanted = options.withKeys
      ? items.union(FieldSet.fromPaths(keyFieldPaths(items, this.toFieldSet())))
      : items;
    return this.#with(onlyItems(this.value, wanted, this.#atom));
  }

  /**
   * A set that was written under an older schema, brought in line with this value's: owning a
   * part of what is atomic now becomes owning the whole. The same set where nothing changes.
   */
  reconcile(fields: FieldSet): FieldSet {
    return reconcileFields(fields, this.#atom);
  }
}
