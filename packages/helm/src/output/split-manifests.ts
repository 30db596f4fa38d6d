import type { Dialect } from '../dialect.ts';

/**
 * The documents of a text, without those that are empty. Helm 4 leaves the ends of the last document's lines as they are.
 *
 * What parts them is `---` at the start of a line with all space around it. It may be followed by text: charts that write
 * `---apiVersion: v1` are split all the same.
 */
export function splitManifests(text: string, dialect: Dialect): string[] {
  const trimmed = dialect === 'v4' ? text.trimStart() : text.trim();
  const documents: string[] = [];
  for (const part of parts(trimmed)) {
    if (dialect === 'v3' ? part === '' : part.trim() === '') continue;
    documents.push(dialect === 'v4' ? part.trimStart() : part.trim());
  }
  return documents;
}

/** By hand, since a pattern would look at every run of space in a text. */
function* parts(text: string): Generator<string> {
  let start = text.startsWith('---') ? skipSpace(text, 3) : 0;
  for (let at = text.indexOf('\n---', start); at >= 0; at = text.indexOf('\n---', start)) {
    let end = at;
    while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
    yield text.slice(start, end);
    start = skipSpace(text, at + 4);
  }
  yield text.slice(start);
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at++;
  return at;
}

/** Tab, line feed, form feed, carriage return, blank. */
const isSpace = (code: number): boolean =>
  code === 32 || code === 10 || code === 9 || code === 13 || code === 12;
