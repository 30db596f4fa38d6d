/**
 * Whether a text may name a reference, by git's own rules: what breaks them could climb out of a
 * folder, be taken for an option or for a revision expression.
 */
export function isRefName(name: string): boolean {
  if (name === '' || name === '@' || name.length > 1024) return false;
  // Spaces, control characters and what revision expressions are made of.
  if (/[\p{Cc} ~^:?*[\\]|\.\.|@\{/u.test(name)) return false;
  return (
    name
      .split('/')
      .every(
        (part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock') && !part.startsWith('-'),
      ) && !name.endsWith('.')
  );
}

/** The names closest to one that was not found, the best first. */
export function nearNames(wanted: string, names: Iterable<string>, count = 3): string[] {
  const needle = wanted.toLowerCase();
  const scored: { name: string; score: number }[] = [];
  for (const name of names) {
    const candidate = name.toLowerCase();
    if (Math.abs(candidate.length - needle.length) > needle.length + 8) continue;
    const score =
      candidate.includes(needle) || needle.includes(candidate) ? 1 : editDistance(needle, candidate);
    if (score <= Math.max(2, Math.ceil(needle.length / 2))) scored.push({ name, score });
    if (scored.length > 1000) break;
  }
  return scored
    .toSorted((a, b) => a.score - b.score || (a.name < b.name ? -1 : 1))
    .slice(0, count)
    .map(({ name }) => name);
}

function editDistance(a: string, b: string): number {
  const [short, long] = [a.slice(0, 64), b.slice(0, 64)];
  let row = Array.from({ length: long.length + 1 }, (_, i) => i);
  for (let i = 1; i <= short.length; i++) {
    const next = [i];
    for (let j = 1; j <= long.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (short[i - 1] === long[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[long.length] ?? 0;
}
