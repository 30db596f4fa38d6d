/** What a run of the reconciler `copy` saw of its object. */
export interface Sight {
  readonly name: string;
  readonly uid: string;
  /** The `resourceVersion`. */
  readonly version: string;
  readonly value: string;
  readonly deleting: boolean;
}

/** Sights that are older than an earlier one of the same object, a line each. */
export function findOutOfOrder(sights: readonly Sight[]): string[] {
  const problems: string[] = [];
  const last = new Map<string, Sight>();
  for (const sight of sights) {
    const before = last.get(sight.uid);
    if (before && isOlder(sight, before))
      problems.push(
        `${sight.name}: version ${sight.version} (${sight.value}) was seen after ${before.version} (${before.value})`,
      );
    last.set(sight.uid, sight);
  }
  return problems;
}

function isOlder(sight: Sight, before: Sight): boolean {
  return (
    BigInt(sight.version) < BigInt(before.version) ||
    Number(sight.value) < Number(before.value) ||
    (before.deleting && !sight.deleting)
  );
}
