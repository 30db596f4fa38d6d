/** As many as are asked of repositories at the same time. */
const WORKERS = 4;

/** The results for all items in their order, a few of them made at a time; the first failure ends it. */
export async function sideBySide<T, R>(items: readonly T[], make: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  let isOver = false;
  const work = async (): Promise<void> => {
    while (next < items.length && !isOver) {
      const at = next++;
      results[at] = await make(items[at]!);
    }
  };
  try {
    await Promise.all(Array.from({ length: WORKERS }, work));
  } finally {
    isOver = true;
  }
  return results;
}
