import { cloneValue, createRecord, isRecord, setOwn } from '@gitops-toolkit/core';

import { guardDepth } from './depth.ts';
import { PatchError } from './errors.ts';

/** A place in a document: a map or an array, and a key in it that may not exist (yet). */
export interface PointerTarget {
  readonly steps: readonly string[];
  readonly container: Container;
  readonly key: string;
  readonly isArray: boolean;
}

type Container = Record<string, unknown> | unknown[];

/** Why a place cannot be read or changed, in the words of Go's json-patch. */
export class PointerFailure extends Error {}

/** What a {@link PatchedDocument} allows. */
export interface PatchedDocumentOptions {
  /** Whether the empty pointer is a place like any other. */
  readonly addressableRoot: boolean;
  /** Whether positions are read as Go reads integers: `01` and `+1` are 1. */
  readonly goIntegers: boolean;
  readonly negativeIndices: boolean;
  readonly maxCopied: number;
}

/**
 * A document under change that leaves the original alone: a map or an array is copied when it is
 * first changed, and everything else is shared.
 */
export class PatchedDocument {
  readonly #options: PatchedDocumentOptions;
  /** The containers that were made here, and may be changed in place. */
  readonly #own = new Set<Container>();
  /** Holds the document, so that the root can be replaced like any other value. */
  readonly #box: [unknown];
  #copied = 0;

  constructor(document: unknown, options: PatchedDocumentOptions) {
    this.#options = options;
    this.#box = [document];
    this.#own.add(this.#box);
  }

  get root(): unknown {
    return this.#box[0];
  }

  replaceRoot(value: unknown): void {
    this.#box[0] = value;
  }

  /** The place that the steps name, or `undefined` where the container of the last step is missing. */
  find(steps: readonly string[]): PointerTarget | undefined {
    const key = steps.at(-1);
    if (key === undefined) {
      return this.#options.addressableRoot
        ? { steps, container: this.#box, key: '0', isArray: true }
        : undefined;
    }
    let value = this.root;
    for (let i = 0; i < steps.length - 1; i++) {
      value = this.#child(value, steps[i] as string);
    }
    if (!isContainer(value)) return undefined;
    return { steps, container: value, key, isArray: Array.isArray(value) };
  }

  has(target: PointerTarget): boolean {
    const { container, key } = target;
    if (!Array.isArray(container)) return Object.hasOwn(container, key);
    return this.#existingIndex(container, key) !== undefined;
  }

  /** What is at a place for which {@link has} is true. */
  get(target: PointerTarget): unknown {
    return this.#child(target.container, target.key);
  }

  /** Why {@link has} is false. */
  missing(target: PointerTarget): string {
    const { container, key } = target;
    if (!Array.isArray(container)) return `Unable to remove nonexistent key: ${key}: missing value`;
    const index = this.#readIndex(key);
    return index === undefined ? notAnIndex(key) : outOfRange(index);
  }

  add(target: PointerTarget, value: unknown): void {
    if (target.container === this.#box) {
      this.replaceRoot(value);
      return;
    }
    const container = this.#ownContainer(target.steps);
    if (!Array.isArray(container)) {
      setOwn(container, target.key, value);
      return;
    }
    container.splice(this.#insertIndex(container, target.key), 0, value);
  }

  /** Writes over a place for which {@link has} is true, or into a map. */
  set(target: PointerTarget, value: unknown): void {
    if (target.container === this.#box) {
      this.replaceRoot(value);
      return;
    }
    const container = this.#ownContainer(target.steps);
    if (Array.isArray(container)) container[this.#existingIndex(container, target.key) as number] = value;
    else setOwn(container, target.key, value);
  }

  remove(target: PointerTarget): void {
    if (target.container === this.#box || !this.has(target)) throw new PointerFailure(this.missing(target));
    const container = this.#ownContainer(target.steps);
    if (Array.isArray(container)) container.splice(this.#existingIndex(container, target.key) as number, 1);
    else delete container[target.key];
  }

  /** A copy of the value at a place, which shares nothing with it: both may be changed later. */
  copyOf(target: PointerTarget, operationIndex: number): unknown {
    const value = this.get(target);
    this.#copied += sizeOf(value, 0);
    if (this.#copied > this.#options.maxCopied) {
      throw new PatchError(
        'PATCH_LIMIT',
        `Unable to complete the copy, the accumulated size increase of copy is ${this.#copied}, exceeding the limit ${this.#options.maxCopied}`,
        { operationIndex },
      );
    }
    return cloneValue(value);
  }

  #child(value: unknown, step: string): unknown {
    if (Array.isArray(value)) {
      const index = this.#existingIndex(value, step);
      return index === undefined ? undefined : value[index];
    }
    return isRecord(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }

  /** The container of the last step, after every container on the way became our own. */
  #ownContainer(steps: readonly string[]): Container {
    let container: Container = this.#box;
    let key: string | number = 0;
    for (const step of steps) {
      const child: Container = this.#ownChild(container, key);
      container = child;
      key = Array.isArray(child) ? (this.#existingIndex(child, step) ?? 0) : step;
    }
    return container;
  }

  #ownChild(container: Container, key: string | number): Container {
    const child = (container as Record<string | number, Container>)[key] as Container;
    if (this.#own.has(child)) return child;
    const copy = shallowCopy(child);
    this.#own.add(copy);
    if (Array.isArray(container)) container[key as number] = copy;
    else setOwn(container, key as string, copy);
    return copy;
  }

  /** A position, which may be negative: whether that counts is decided by the caller. */
  #readIndex(key: string): number | undefined {
    const integer = this.#options.goIntegers ? /^[+-]?\d{1,15}$/ : /^(?:0|-?[1-9]\d{0,14})$/;
    return integer.test(key) ? Number(key) : undefined;
  }

  #existingIndex(array: readonly unknown[], key: string): number | undefined {
    const index = this.#readIndex(key);
    if (index === undefined) return undefined;
    const position = index < 0 && this.#options.negativeIndices ? index + array.length : index;
    return position >= 0 && position < array.length ? position : undefined;
  }

  #insertIndex(array: readonly unknown[], key: string): number {
    if (key === '-') return array.length;
    const index = this.#readIndex(key);
    if (index === undefined)
      throw new PointerFailure(`value was not a proper array index: '${key}': ${notAnIndex(key)}`);
    // Counted from the end of the array as it will be: -1 appends, as evanphx has it.
    const position = index < 0 && this.#options.negativeIndices ? index + array.length + 1 : index;
    if (position < 0 || position > array.length) throw new PointerFailure(outOfRange(index));
    return position;
  }
}

function isContainer(value: unknown): value is Container {
  return Array.isArray(value) || isRecord(value);
}

function shallowCopy(container: Container): Container {
  if (Array.isArray(container)) return [...container];
  const copy = createRecord();
  for (const key of Object.keys(container)) setOwn(copy, key, container[key]);
  return copy;
}

function notAnIndex(key: string): string {
  return `strconv.Atoi: parsing ${JSON.stringify(key)}: invalid syntax`;
}

function outOfRange(index: number): string {
  return `Unable to access invalid index: ${index}: invalid index referenced`;
}

/** About the length of the value as JSON. */
function sizeOf(value: unknown, depth: number): number {
  guardDepth(depth);
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + sizeOf(item, depth + 1) + 1, 2);
  if (!isRecord(value)) return typeof value === 'string' ? value.length + 2 : 8;
  return Object.keys(value).reduce((sum, key) => sum + key.length + 4 + sizeOf(value[key], depth + 1), 2);
}
