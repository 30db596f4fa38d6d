import { describe, expect, it } from 'vitest';
import { parseText } from '../parse/parser.ts';
import { generateCode } from './generate.ts';

const isFunction = () => true;
const codeOf = (text: string): string => {
  const tree = parseText('t', text, { isFunction }).trees.get('t');
  return tree ? generateCode(tree, () => false).code : '';
};

/** What generated code is made of: keywords, names of its own, numbers and signs. */
const WORD =
  /^(?:use|strict|let|if|else|for|break|continue|undefined|true|false|x|c|text|print|isTrue|range|iterate|value|key|length|isInterface|at|template|lookup|fail|constant|path|behind|held|method|function|call|argument|literal|[vgtifdpl]\d+|\d+)$/;

describe('generateCode', () => {
  it('has nothing of the template in it', () => {
    const hostile = [
      '`${process.exit()}`\\";//\u2028*/',
      '{{ "\\"); process.exit(); (\\"" }}',
      '{{ .constructor.constructor }}{{ .__proto__ }}',
      '{{ $process := 1 }}{{ $process }}{{ range $require, $eval := . }}{{ $eval.exit }}{{ end }}',
      '{{ template "\'];process.exit();[\'" . }}',
      "{{ process `\n` .exit 'x' 1e3 0x1F | globalThis }}",
      '{{ if eval }}{{ else }}{{ with (index . "a").b.c }}{{ . }}{{ end }}{{ end }}',
      '{{ and (process) nil | or .x }}',
    ];
    for (const text of hostile) {
      const words = codeOf(text).match(/[\p{L}\p{N}_$`\\]+/gu) ?? [];
      expect(words.filter((word) => !WORD.test(word))).toEqual([]);
    }
  });
});
