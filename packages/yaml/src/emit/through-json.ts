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
  return text.replaceAll(/ *\x85[ \x85]*/g, fold);
}

function fold(lineEnds: string): string {
  const count = lineEnds.replaceAll(' ', '').length;
  return count === 1 ? ' ' : '\n'.repeat(count - 1);
}

function failAtControl(character: string): never {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  throw new YamlError('YAML_UNSUPPORTED_VALUE', `control characters are not allowed (U+${code})`, {
    goMessage: 'yaml: control characters are not allowed',
    hint: 'Remove the character from the string.',
  });
}
