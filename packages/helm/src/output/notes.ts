const SUFFIX = 'NOTES.txt';

/**
 * Takes the notes out of what templates made, since they are no objects.
 *
 * @param root the name of the chart whose notes are meant
 * @param withDependencies takes those of dependencies too
 */
export function takeNotes(texts: Map<string, string>, root: string, withDependencies: boolean): string {
  const notes: string[] = [];
  for (const path of [...texts.keys()].filter((name) => name.endsWith(SUFFIX)).toSorted()) {
    if (withDependencies || path === `${root}/templates/${SUFFIX}`) notes.push(texts.get(path) ?? '');
    texts.delete(path);
  }
  return notes.join('\n');
}
