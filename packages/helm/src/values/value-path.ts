import { type GoMap, isGoMap } from '@gitops-toolkit/go-template';

export const isTable = (value: unknown): value is GoMap => isGoMap(value);

/** The map at a path such as `a.b`; `undefined` where there is none. */
export function tableAt(values: GoMap, path: string): GoMap | undefined {
  let table: unknown = values;
  for (const name of path.split('.')) {
    if (!isTable(table) || !Object.hasOwn(table, name)) return undefined;
    table = table[name];
  }
  return isTable(table) ? table : undefined;
}

/** What is at a path and no map; `undefined` where there is nothing of the kind, `null` for a null. */
export function pathValue(values: GoMap, path: string): unknown {
  const names = path.split('.');
  const last = names.pop() ?? '';
  const table = names.length === 0 ? values : tableAt(values, names.join('.'));
  if (!table || !Object.hasOwn(table, last) || isTable(table[last])) return undefined;
  return table[last] ?? null;
}
