import { describe, expect, it } from 'vitest';
import { parseText } from '../parse/parser.ts';
import { runTemplate } from '../testing/run-template.ts';
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

describe('templates', () => {
  it.each([
    '{{ .constructor }}',
    '{{ .constructor.constructor "return process" }}',
    '{{ .list.constructor }}{{ .list.map }}{{ .text.constructor }}{{ .text.length }}',
    '{{ index . "constructor" }}{{ index . "__proto__" }}{{ get . "__proto__" }}',
    '{{ call .constructor "x" }}',
    '{{ (index . "__proto__").polluted }}',
    '{{ $c := .toString }}{{ $c }}{{ call $c }}',
    '{{ with .__proto__ }}{{ set . "polluted" 1 }}{{ end }}',
    '{{ $_ := set . "__proto__" (dict "polluted" 1) }}{{ .polluted }}',
    '{{ $_ := set (dict) "constructor" (dict "prototype" (dict "polluted" 1)) }}',
    '{{ merge (dict) (fromJson `{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}`) }}',
    '{{ template "constructor" . }}',
    '{{ define "__proto__" }}{{ .constructor }}{{ end }}{{ template "__proto__" . }}',
    '{{ constructor }}',
    '{{ __proto__ }}',
    '{{ printf "%v %s %T" .constructor .toString .valueOf }}',
    '{{ 1.constructor }}',
    '{{ (1).constructor }}{{ (nil).constructor }}{{ (list).constructor }}{{ ("").constructor }}',
    '{{ .__defineGetter__ "x" 1 }}{{ .__lookupGetter__ }}',
  ])('reach nothing of JavaScript: %s', (template) => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    const { output, error = '' } = runTemplate(template, { list: [1], text: 'x' });
    expect(output + error).not.toMatch(
      /native code|\[object|function (?!"constructor"|"__proto__")|process\.|Anonymous/,
    );
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
  });

  it('take names that JavaScript reserves for names', () => {
    const template =
      '{{ $class := 1 }}{{ $x := 2 }}{{ $c := 3 }}{{ $d0 := 4 }}{{ $v0 := 5 }}{{ $await := 6 }}';
    expect(runTemplate(`${template}{{ $class }}{{ $x }}{{ $c }}{{ $d0 }}{{ $v0 }}{{ $await }}`).output).toBe(
      '123456',
    );
  });
});
