import { emit, type YamlDocument } from '@gitops-toolkit/yaml';
import { isScalar, scalarText } from '../accumulate/scalar-text.ts';

/** One scalar of a YAML text that gets another value. */
export interface ScalarEdit {
  readonly path: readonly (string | number)[];
  /** What stands there; `undefined` where nothing does. */
  readonly old: unknown;
  readonly changed: unknown;
}

interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Writes scalars into a YAML text where they stand, and leaves the rest as it is.
 *
 * @returns `undefined` where one of them is not a scalar on one line.
 */
export function replaceScalars(
  text: string,
  document: YamlDocument,
  edits: readonly ScalarEdit[],
): string | undefined {
  const splices: Splice[] = [];
  for (const edit of edits) {
    const splice = spliceFor(text, document, edit);
    if (!splice) return undefined;
    splices.push(splice);
  }
  let result = text;
  for (const { start, end, text: replacement } of splices.toSorted((a, b) => b.start - a.start)) {
    result = result.slice(0, start) + replacement + result.slice(end);
  }
  return result;
}

function spliceFor(
  text: string,
  document: YamlDocument,
  { path, old, changed }: ScalarEdit,
): Splice | undefined {
  if (old === undefined || old === null || !isScalar(old) || !isScalar(changed)) return undefined;
  const location = document.locate(path, 'value');
  if (location?.line === undefined || location.column === undefined) return undefined;
  const start = offsetOf(text, location.line, location.column);
  const quote = text.charAt(start);
  if (quote === '"' || quote === "'") {
    const end = closingQuote(text, start);
    return end === undefined ? undefined : { start, end, text: quoted(scalarText(changed), quote) };
  }
  const written = scalarText(old);
  if (!text.startsWith(written, start)) return undefined;
  return { start, end: start + written.length, text: emit(changed).trimEnd() };
}

function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let i = 1; i < line; i++) start = text.indexOf('\n', start) + 1;
  return start + column - 1;
}

/** Behind the quote that ends a scalar; in single quotes two stand for one, in double quotes a backslash escapes. */
function closingQuote(text: string, start: number): number | undefined {
  const pattern = text.charAt(start) === '"' ? /"(?:[^"\\]|\\[^])*"/y : /'(?:[^']|'')*'/y;
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function quoted(text: string, quote: string): string {
  return quote === '"' ? JSON.stringify(text) : `'${text.replaceAll("'", "''")}'`;
}
