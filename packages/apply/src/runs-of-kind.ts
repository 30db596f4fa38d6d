/** Cuts a sorted list into runs of neighbours of one kind. */
export function runsOfKind<T>(items: readonly T[], kindOf: (item: T) => string): T[][] {
  const runs: T[][] = [];
  let kind: string | undefined;
  for (const item of items) {
    if (kindOf(item) !== kind) runs.push([]);
    kind = kindOf(item);
    runs.at(-1)?.push(item);
  }
  return runs;
}
