import type { Column } from './column.ts';

/** The columns of a built-in kind beside its name; `undefined` for kinds that only show their creation. */
export function builtinColumns(_group: string, _plural: string): readonly Column[] | undefined {
  return undefined;
}
