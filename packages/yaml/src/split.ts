import { positionOf } from '@gitops-toolkit/core';
import { YamlError } from './errors.ts';
import type { DocumentRange } from './parse/reader.ts';
import type { ParseSettings } from './parse-options.ts';
import type { PreparedText } from './prepare-text.ts';

/**
 * The parts of a text that are read each for itself. kustomize cuts at every line that starts with
 * `---` before it parses; a YAML stream is one part.
 */
export function splitRanges(prepared: PreparedText, settings: ParseSettings): DocumentRange[] {
  const { text, length, otherBreaks } = prepared;
  if (settings.dialect !== 'kustomize') return [{ start: 0, end: text.length }];
  const ranges: DocumentRange[] = [];
  let start = 0;
  // Other line ends neither start nor end a separator.
  const find = (what: string, from: number): number => {
    let found = text.indexOf(what, from);
    while (otherBreaks?.has(found)) found = text.indexOf(what, found + 1);
    return found;
  };
  for (;;) {
    const separator = find('\n---', start);
    // A separator ends in a newline that is written.
    const lineEnd = separator < 0 ? -1 : find('\n', separator + 4);
    if (lineEnd < 0 || lineEnd >= length) break;
    checkSeparator(prepared, settings, { start: separator + 1, end: lineEnd });
    ranges.push({ start, end: separator + 1 });
    start = lineEnd + 1;
  }
  ranges.push({ start, end: text.length });
  return ranges;
}

function checkSeparator(
  prepared: PreparedText,
  { file }: ParseSettings,
  { start, end }: { start: number; end: number },
): void {
  // Nearly every separator is bare.
  if (end - start === 3) return;
  const rest = prepared.text.slice(start + 3, end).trim();
  if (rest === '' || rest.startsWith('#')) return;
  const message = `invalid document separator: ${prepared.text.slice(start, end).trim()}`;
  throw new YamlError('YAML_DOCUMENT_SEPARATOR', message, {
    source: { file, ...positionOf(prepared.text, start) },
    sourceText: prepared.original,
    hint: 'Put --- on a line of its own; only a comment may follow it.',
  });
}
