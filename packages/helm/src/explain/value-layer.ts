import type { GoMap, ValuePath } from '@gitops-toolkit/go-template';
import type { ValueOrigin } from './explanation.ts';

/** What gives values: it has some of them, and knows where it has them. */
export interface ValueLayer {
  has(path: ValuePath): boolean;
  value(path: ValuePath): unknown;
  /** Of a value that it has. */
  origin(path: ValuePath): ValueOrigin;
}

/** Values without lines, such as those of a flag. */
export class MapLayer implements ValueLayer {
  readonly #values: GoMap;
  readonly origin: (path: ValuePath) => ValueOrigin;

  constructor(values: GoMap, origin: (path: ValuePath) => ValueOrigin) {
    this.#values = values;
    this.origin = origin;
  }

  has(path: ValuePath): boolean {
    return hasPath(this.#values, path);
  }

  value(path: ValuePath): unknown {
    return valueAt(this.#values, path);
  }
}

/** Whether there is something at a path, a null included. */
export function hasPath(value: unknown, path: ValuePath): boolean {
  const last = path.at(-1);
  if (last === undefined) return true;
  const holder = valueAt(value, path.slice(0, -1));
  return typeof holder === 'object' && holder !== null && Object.hasOwn(holder, last);
}

/** What is at a path; `undefined` where there is nothing. */
export function valueAt(value: unknown, path: ValuePath): unknown {
  return path.reduce<unknown>((holder, step) => {
    if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, step)) return undefined;
    return (holder as Record<string | number, unknown>)[step];
  }, value);
}

/** A path as `--set` has it: `args[0].name`. */
export function keyOf(path: ValuePath): string {
  return path
    .map((step, i) =>
      typeof step === 'number' ? `[${step}]` : (i === 0 ? '' : '.') + step.replace(/[.,=[\]\\]/g, '\\$&'),
    )
    .join('');
}
