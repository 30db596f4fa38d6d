import { getOwn, isRecord, setOwn } from '@gitops-toolkit/core';

type Path = readonly string[];

/**
 * The steps of a JSON pointer.
 *
 * @throws SyntaxError where it does not begin with a slash.
 */
export function parsePointer(pointer: string): string[] {
  if (!pointer.startsWith('/')) throw new SyntaxError('a JSON pointer begins with a slash');
  return pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The index that a step of a path is in a list, or `undefined`. */
export function indexOf(list: readonly unknown[], step: string): number | undefined {
  const index = /^(?:0|[1-9]\d*)$/.test(step) ? Number(step) : -1;
  return index >= 0 && index < list.length ? index : undefined;
}

/** The value at a path, or `undefined`. */
export function lookUp(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((part, step) => child(part, step), value);
}

/** The value without what is at the path; the same value where nothing is. */
export function withoutPath(value: unknown, path: Path): unknown {
  const [step, ...rest] = path;
  if (step === undefined || child(value, step) === undefined) return value;
  if (rest.length > 0) return replaceChild(value, step, withoutPath(child(value, step), rest));
  if (Array.isArray(value)) return value.toSpliced(indexOf(value, step) ?? value.length, 1);
  const copy: Record<string, unknown> = { ...(value as Record<string, unknown>) };
  delete copy[step];
  return copy;
}

/** The value with another at the path, where its parent is; without what is there for `undefined`. */
export function withValue(value: unknown, path: Path, replacement: unknown): unknown {
  if (replacement === undefined) return withoutPath(value, path);
  const [step, ...rest] = path;
  if (step === undefined) return replacement;
  if (rest.length === 0)
    return isRecord(value) || isItem(value, step) ? replaceChild(value, step, replacement) : value;
  const part = child(value, step);
  return part === undefined ? value : replaceChild(value, step, withValue(part, rest, replacement));
}

function child(value: unknown, step: string): unknown {
  if (!Array.isArray(value)) return getOwn(value, step);
  const index = indexOf(value, step);
  return index === undefined ? undefined : value[index];
}

function isItem(value: unknown, step: string): boolean {
  return Array.isArray(value) && indexOf(value, step) !== undefined;
}

function replaceChild(value: unknown, step: string, part: unknown): unknown {
  if (Array.isArray(value)) return value.with(indexOf(value, step) ?? 0, part);
  const copy: Record<string, unknown> = { ...(value as Record<string, unknown>) };
  setOwn(copy, step, part);
  return copy;
}
