import { isRecord, NumberLiteral } from '@gitops-toolkit/core';

import { guardDepth } from '../depth.ts';
import { PatchError } from '../errors.ts';
import { type Atom, fieldAtom, kindIn, type ListType, type MapType, type ScalarType } from './atom.ts';
import { ItemProblem, itemElement } from './list-item.ts';
import { elementString, fieldElement, type PathElement, pathString } from './path-element.ts';

/** Enough to act on; a value that is wrong throughout need not fill the screen. */
const MAX_PROBLEMS = 20;

/**
 * Checks that a value has the shape that its schema gives it, as far as merging depends on it.
 *
 * @throws PatchError `PATCH_TYPE_MISMATCH` with all problems, `PATCH_LIMIT` where the value is
 * nested too deeply.
 */
export function checkShape(value: unknown, atom: Atom, allowDuplicates: boolean): void {
  const check = new ShapeCheck(allowDuplicates);
  check.value(value, atom);
  const { problems } = check;
  if (problems.length === 0) return;
  const text =
    problems.length === 1 ? problems[0] : `errors:\n${problems.map((problem) => `  ${problem}`).join('\n')}`;
  throw new PatchError('PATCH_TYPE_MISMATCH', text as string);
}

class ShapeCheck {
  readonly problems: string[] = [];
  readonly #path: PathElement[] = [];
  readonly #allowDuplicates: boolean;

  constructor(allowDuplicates: boolean) {
    this.#allowDuplicates = allowDuplicates;
  }

  value(value: unknown, atom: Atom): void {
    if (this.problems.length >= MAX_PROBLEMS) return;
    guardDepth(this.#path.length);
    const kind = kindIn(atom, value);
    if (kind === 'scalar') this.#scalar(value, atom.scalar as ScalarType);
    else if (value === null || value === undefined) return;
    else if (kind === 'map') this.#map(value, atom.map as MapType);
    else this.#list(value, atom.list as ListType);
  }

  #scalar(value: unknown, type: ScalarType): void {
    if (value === null || value === undefined) return;
    if (type === 'numeric') {
      if (!isNumber(value)) this.#report(`expected numeric (int or float), got ${goType(value)}`);
    } else if (type === 'untyped') {
      if (typeof value === 'object' && !isNumber(value))
        this.#report(`expected any scalar, got ${goValue(value)}`);
    } else if (typeof value !== type) {
      this.#report(`expected ${type}, got ${goValue(value)}`);
    }
  }

  #map(value: unknown, type: MapType): void {
    if (!isRecord(value)) return this.#report(`expected map, got ${goValue(value)}`);
    for (const name of Object.keys(value)) {
      const atom = fieldAtom(type, name);
      this.#path.push(type.field(name)?.element ?? fieldElement(name));
      if (atom) this.value(value[name], atom);
      else this.#report('field not declared in schema');
      this.#path.pop();
    }
  }

  #list(value: unknown, type: ListType): void {
    if (!Array.isArray(value)) return this.#report(`expected list, got ${goValue(value)}`);
    const seen = type.associative ? new Set<PathElement>() : undefined;
    for (const [index, item] of (value as unknown[]).entries()) {
      const element = seen ? this.#itemElement(type, item, index) : `i:${index}`;
      if (element === undefined) return;
      if (seen?.has(element) && !this.#allowDuplicates) {
        this.#report(`duplicate entries for key ${elementString(element)}`);
      }
      seen?.add(element);
      this.#path.push(element);
      this.value(item, type.element);
      this.#path.pop();
    }
  }

  #itemElement(type: ListType, item: unknown, index: number): PathElement | undefined {
    try {
      return itemElement(type, item);
    } catch (error) {
      if (!(error instanceof ItemProblem)) throw error;
      this.#report(`element ${index}: ${error.message}`);
      return undefined;
    }
  }

  #report(problem: string): void {
    const path = pathString(this.#path);
    this.problems.push(path === '' ? problem : `${path}: ${problem}`);
  }
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || value instanceof NumberLiteral;
}

/** How Go names the type of a JSON value. */
function goType(value: unknown): string {
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : 'map[string]interface {}';
}

function goValue(value: unknown): string {
  return `&{${typeof value === 'string' ? value : JSON.stringify(value)}}`;
}
