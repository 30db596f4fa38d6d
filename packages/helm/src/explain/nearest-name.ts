/** The name that is most like another one, where one is like it: a slip of the pen, or another case. */
export function nearestName(wanted: string, names: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  // Of a short name, one letter; of a longer one, a third at most.
  let best = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const name of names) {
    const far = distance(wanted.toLowerCase(), name.toLowerCase(), best);
    if (far < best && name !== wanted) [nearest, best] = [name, far];
  }
  return nearest;
}

/** How many letters are to be added, removed or replaced; `limit` where it is that many or more. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? limit;
}
