import type { Chance } from '../../fuzz-kustomize/chance.ts';

const PIECES = [
  '{{',
  '}}',
  '{{-',
  '-}}',
  '{{- ',
  ' -}}',
  '{{/*',
  '*/}}',
  '|',
  '(',
  ')',
  ':=',
  '=',
  ',',
  '.',
  '$',
  '$x',
  '"',
  '`',
  "'",
  '\\',
  'if',
  'else',
  'end',
  'range',
  'with',
  'define',
  'block',
  'template',
  'break',
  'continue',
  'nil',
  'true',
  '1',
  '0x',
  '1e',
  '-',
  '+',
  '\n',
  ' ',
  '\t',
  '\u0000',
  '\u2028',
  '\ud83d',
  '\ufffd',
  'é',
  '..',
  '.x.',
  'eq',
  '"x"',
  '{{end}}',
  '{{if .}}',
  '{{else}}',
] as const satisfies readonly [string, ...string[]];

/** A template with pieces of the grammar taken out, put in, doubled or moved. */
export function mutateTemplate(chance: Chance, text: string): string {
  let result = text;
  for (let i = chance.below(6); i >= 0; i--) {
    const at = chance.below(result.length + 1);
    const end = Math.min(result.length, at + 1 + chance.below(12));
    switch (chance.below(4)) {
      case 0:
        result = result.slice(0, at) + result.slice(end);
        break;
      case 1:
        result = result.slice(0, at) + result.slice(at, end) + result.slice(at);
        break;
      default:
        result = result.slice(0, at) + chance.pick(PIECES) + result.slice(at);
    }
  }
  return result;
}
