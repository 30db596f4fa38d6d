import type { Dialect } from '../dialect.ts';

/** What stands between documents: `---` at the start of a line, and the space around it. */
const SEPARATOR = /(?:^|[\t\n\f\r ]*\n)---[\t\n\f\r ]*/;

/**
 * The documents of a text, without those that are empty. Helm 4 leaves the ends of the last document's lines as they are.
 *
 * A separator may be followed by text: charts that write `---apiVersion: v1` are split all the same.
 */
export function splitManifests(text: string, dialect: Dialect): string[] {
  const trimmed = dialect === 'v4' ? text.trimStart() : text.trim();
  const documents: string[] = [];
  for (const part of trimmed.split(SEPARATOR)) {
    if (dialect === 'v3' ? part === '' : part.trim() === '') continue;
    documents.push(dialect === 'v4' ? part.trimStart() : part.trim());
  }
  return documents;
}
