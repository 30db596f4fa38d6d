// Templates that fuzzing found: answered otherwise than by Go, differently compiled and interpreted, or with a crash.
import { describe, expect, it } from 'vitest';
import { runTemplate } from './testing/run-template.ts';

const DATA = { map: { a: 'x', b: 'y' }, list: ['b', 'a'], text: 'Hello World', bare: {} };

describe('found by fuzzing', () => {
  it.each([
    ['{{range $a = uniq ""}}{{end}}', 'at <uniq "">: error calling uniq: Cannot find uniq on type string'],
    ['{{range $a = .list}}{{end}}', 'undefined variable: $a'],
    ['{{(.).a 0}}', 'at <.>: a is not a method but has arguments'],
    ['{{$ print}}', `at <$>: can't give argument to non-function $`],
    ['{{(initial) .list}}', `at <(initial) .list>: can't give argument to non-function initial`],
    ['{{len .list | (snakecase)}}', `at <.list>: can't give argument to non-function snakecase`],
    ['{{index "" 9372036854775807}}', 'index out of range: 9372036854775807'],
    ['{{substr -1 -2 "x"}}', 'slice bounds out of range [:-2]'],
    ['{{chunk -2 (list)}}', 'runtime error: makeslice: len out of range'],
    ['{{mustFromJson "n"}}', `invalid character ' ' in literal null (expecting 'u')`],
    ['{{mustFromJson "1."}}', `invalid character ' ' after decimal point in numeric literal`],
    ['{{mustFromJson "[1"}}', 'unexpected end of JSON input'],
    ['{{mustFromJson "é"}}', `invalid character 'Ã' looking for beginning of value`],
    ['{{mustToDate "" "a\\n"}}', String.raw`parsing time "a\x0a": extra text: "a\x0a"`],
    ['{{mustToDate "é" ""}}', String.raw`parsing time "" as "\xc3\xa9": cannot parse "" as "\xc3\xa9"`],
    ['{{with $v := (quote (fail "first")) | $v}}{{end}}', 'error calling fail: first'],
    ['{{fail "first" | (nil).x}}', 'error calling fail: first'],
    ['{{block "b" .}}\n{{else}}', 't:1: unexpected {{else}} in block clause'],
  ])('%s fails as in Go', (template, words) => {
    const { error = '' } = runTemplate(template, DATA);
    expect(error).toContain(words);
    expect(error.endsWith(words.slice(-20))).toBe(true);
  });

  it.each([
    ['{{merge .none .map | toJson}}', '{"a":"x","b":"y"}'],
    ['{{mergeOverwrite .none .bare}}', 'map[]'],
    ['{{unset .none ""}}', 'map[]'],
    ['{{unset .none "" | toJson}}', 'null'],
    ['{{coalesce nil | merge | printf "%#v"}}', 'map[string]interface {}(nil)'],
    ['{{initials "é à b"}}', 'ÃÃb'],
    ['{{chunk -2 (list 1)}}', '[[1]]'],
    [
      '{{printf "%5.|" .map}}',
      'map[%!|(string=     ):%!|(string=     ) %!|(string=     ):%!|(string=     )]',
    ],
    ['{{printf "%5d" "x"}}', '%!d(string=    x)'],
  ])('%s is what it is in Go', (template, output) => {
    expect(runTemplate(template, DATA)).toEqual({ output });
  });

  it('a dot that is nil has fields, which are no value', () => {
    expect(runTemplate('{{.x}}{{.x.y}}{{if .x}}{{end}}', null)).toEqual({ output: '<no value><no value>' });
  });
});
