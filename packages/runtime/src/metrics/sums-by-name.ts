/** What those of the same name have together. */
export function sumsByName<T extends { readonly name: string }>(
  items: Iterable<T>,
  valueOf: (item: T) => number,
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const item of items) sums.set(item.name, (sums.get(item.name) ?? 0) + valueOf(item));
  return sums;
}
