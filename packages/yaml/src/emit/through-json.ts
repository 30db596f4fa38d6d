import { YamlError } from '../errors.ts';

// eslint-disable-next-line no-control-regex
const UNUSUAL = /[\x7f-\x9f\ufffe\uffff]/;

/**
 * What becomes of a string where Go prints it as JSON and reads that as YAML: JSON does not escape NEL,
 * which is a line end to YAML and folds, nor control characters above ASCII's, which YAML refuses.
 */
export function throughJson(text: string): string {
  if (!UNUSUAL.test(text)) return text;
  const control = /[\x7f-\x84\x86-\x9f\ufffe\uffff]/.exec(text)?.[0];
  if (control !== undefined) failAtControl(control);
  return foldLineEnds(text.split('\x85'));
}

/** One line end becomes a space, more become one less; blanks around them go. */
function foldLineEnds(lines: readonly string[]): string {
  let result = '';
  let breaks = 0;
  for (const [i, line] of lines.entries()) {
    const last = i === lines.length - 1;
    // Behind the last line stands a quote.
    if (i > 0 && /^(?:---|\.\.\.)(?:[ \t]|$)/.test(last ? `${line}"` : line)) failAtMarker();
    const text = trimSpaces(line, { start: i > 0, end: !last });
    if (i > 0) breaks++;
    if (text === '' && i > 0 && !last) continue;
    if (breaks > 0) result += breaks === 1 ? ' ' : '\n'.repeat(breaks - 1);
    result += text;
    breaks = 0;
  }
  return result;
}

function trimSpaces(line: string, at: { start: boolean; end: boolean }): string {
  let start = 0;
  let end = line.length;
  if (at.start) while (start < end && line.charCodeAt(start) === 32) start++;
  if (at.end) while (end > start && line.charCodeAt(end - 1) === 32) end--;
  return line.slice(start, end);
}

function failAtMarker(): never {
  throw new YamlError('YAML_UNSUPPORTED_VALUE', 'found unexpected document indicator behind U+0085', {
    goMessage: 'yaml: line 2: found unexpected document indicator',
    hint: 'Remove the character U+0085 from the string.',
  });
}

function failAtControl(character: string): never {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  throw new YamlError('YAML_UNSUPPORTED_VALUE', `control characters are not allowed (U+${code})`, {
    goMessage: 'yaml: control characters are not allowed',
    hint: 'Remove the character from the string.',
  });
}
