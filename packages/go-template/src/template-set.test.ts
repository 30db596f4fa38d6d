import { describe, expect, it } from 'vitest';
import { TemplateError } from './errors.ts';
import { Budget } from './execute/limits.ts';
import { sprigFunctions } from './sprig/sprig.ts';
import { TemplateCache } from './template-cache.ts';
import { TemplateSet } from './template-set.ts';
import { failure, render, runTemplate } from './testing/run-template.ts';
import { goFunction } from './value/go-function.ts';
import { nameType } from './value/go-type.ts';
import { type GoMap, typedList, typedMap, viewAs } from './value/typed.ts';

const shop = { name: 'shop', ports: [80, 443], labels: { tier: 'web', app: 'shop' }, none: null, on: true };

describe('actions', () => {
  it('print values as Go does', () => {
    expect(
      render(
        '{{.name}} {{.ports}} {{.labels}} {{.none}} {{.gone}} {{.on}} {{1e6}} {{1000000.0}} {{0x10}}',
        shop,
      ),
    ).toBe('shop [80 443] map[app:shop tier:web] <no value> <no value> true 1e+06 1e+06 16');
  });

  it('trim the space around them', () => {
    expect(render('a  {{- 1 -}}  b {{- /* no */ -}} c{{ "x" }}{{-3}}')).toBe('a1bcx-3');
  });

  it('pipe a value into the next command, as its last argument', () => {
    expect(render('{{ .name | printf "%s-%s" "the" | upper | quote }}', shop)).toBe('"THE-SHOP"');
  });

  it('declare and assign variables, which end with the block', () => {
    expect(render('{{$x := 1}}{{if true}}{{$x = 2}}{{$x := 3}}{{end}}{{$x}}')).toBe('2');
    expect(failure('{{if true}}{{$y := 1}}{{end}}{{$y}}')).toContain('undefined variable "$y"');
  });
});

describe('if, with and range', () => {
  it('take what is not empty for true', () => {
    const text = '{{if .v}}yes{{else}}no{{end}}';
    for (const v of [1, 'a', true, [0], { a: 0 }, -1]) expect(render(text, { v })).toBe('yes');
    for (const v of [0, '', false, [], {}, null]) expect(render(text, { v })).toBe('no');
  });

  it('go on with else if and else with', () => {
    expect(render('{{if .a}}a{{else if .b}}b{{else}}c{{end}}', { b: 1 })).toBe('b');
    expect(render('{{with .a}}a{{else with .b}}{{.}}{{end}}', { b: 'x' })).toBe('x');
  });

  it('go through lists, maps in the order of their keys, and numbers', () => {
    expect(render('{{range $i, $e := .ports}}{{$i}}={{$e}} {{end}}', shop)).toBe('0=80 1=443 ');
    expect(render('{{range $k, $v := .}}{{$k}}{{$v}}{{end}}', { b10: 1, b2: 2, A: 3, é: 4 })).toBe(
      'A3b101b22é4',
    );
    expect(render('{{range 3}}{{.}}{{end}}{{range $i := 2}}{{$i}}{{end}}')).toBe('01201');
    expect(render('{{range .gone}}x{{else}}none{{end}}')).toBe('none');
    expect(failure('{{range .n}}{{end}}', { n: 3 })).toBe("range can't iterate over 3");
  });

  it('leave a loop, or go on with the next round', () => {
    expect(
      render(
        '{{range .}}{{if eq . 2.0}}{{continue}}{{end}}{{if eq . 4.0}}{{break}}{{end}}{{.}}{{end}}',
        [1, 2, 3, 4],
      ),
    ).toBe('13');
  });

  it('keep what loops assign', () => {
    expect(render('{{$last := 0}}{{range $last = .}}{{end}}{{$last}}', [1, 2])).toBe('2');
  });
});

describe('templates within templates', () => {
  const files = { helpers: '{{define "greet"}}Hi {{.}}{{$}}{{end}}{{define "blank"}}b{{end}}' };

  it('get a dot and no variables', () => {
    expect(render('{{$x := 1}}{{template "greet" "Ada"}}', {}, { files })).toBe('Hi AdaAda');
    expect(failure('{{template "nobody"}}')).toBe('template "nobody" not defined');
  });

  it('are replaced by later ones, though not by blank ones', () => {
    expect(
      render(
        '{{define "greet"}}Bye{{end}}{{define "blank"}} {{end}}{{template "greet"}}{{template "blank"}}',
        {},
        { files },
      ),
    ).toBe('Byeb');
    expect(failure('{{define "a"}}1{{end}}{{define "a"}}2{{end}}')).toContain(
      'multiple definition of template "a"',
    );
  });

  it('can be blocks', () => {
    expect(render('{{block "b" .}}default {{.name}}{{end}}', shop)).toBe('default shop');
  });

  it('end where they call themselves for ever', () => {
    expect(failure('{{define "a"}}{{template "a"}}{{end}}{{template "a"}}')).toContain(
      'exceeded maximum template depth',
    );
  });
});

describe('fields', () => {
  it('of nothing are nothing, of nil a fault', () => {
    expect(render('{{.gone.a.b}}', shop)).toBe('<no value>');
    expect(failure('{{.none.a}}', shop)).toBe('nil pointer evaluating interface {}.a');
    expect(render('{{((.none).a).b}}', shop)).toBe('<no value>');
    expect(failure('{{.name.a}}', shop)).toBe("can't evaluate field a in type interface {}");
    expect(failure('{{$n := .name}}{{$n.a}}', shop)).toBe("can't evaluate field a in type string");
  });

  it('that are missing are what the option says', () => {
    expect(render('{{.gone | default "x"}}', {}, { missingKey: 'zero' })).toBe('x');
    expect(failure('{{.gone.a}}', {}, { missingKey: 'zero' })).toContain('nil pointer');
    expect(failure('{{.gone}}', {}, { missingKey: 'error' })).toBe('map has no entry for key "gone"');
  });

  it('have the names of JavaScript as any other', () => {
    const data = JSON.parse('{"__proto__": "p", "constructor": 1, "toString": {"valueOf": 2}}') as unknown;
    expect(render('{{.__proto__}} {{.constructor}} {{.toString.valueOf}}', data)).toBe('p 1 2');
    expect(render('{{.__proto__}}{{.constructor}}{{.hasOwnProperty}}', {})).toBe('<no value>'.repeat(3));
    expect(render('{{$d := dict "__proto__" (dict "x" 1)}}{{$d.x}} {{$d.__proto__.x}} {{(dict).x}}')).toBe(
      '<no value> 1 <no value>',
    );
  });
});

describe('functions', () => {
  it('are checked for the number and the types of their arguments', () => {
    expect(failure('{{len}}')).toBe('wrong number of args for len: want 1 got 0');
    expect(failure('{{trunc "a" "b"}}')).toBe('expected integer; found "a"');
    expect(failure('{{upper .n}}', { n: 1 })).toBe('wrong type for value; expected string; got float64');
    expect(failure('{{upper nil}}')).toBe('cannot assign nil to string');
    expect(failure('{{upper .gone}}')).toBe('invalid value; expected string');
    expect(failure('{{nope 1}}')).toBe('function "nope" not defined');
  });

  it('are taken from the caller, and may fail', () => {
    const shout = goFunction(
      ['string', '...int'],
      (text: string, ...more: bigint[]) => `${text}!${more.length}`,
    );
    expect(render('{{shout "hey" 1 2}}', {}, { functions: { shout } })).toBe('hey!2');
    expect(failure('{{fail "no"}}')).toBe('error calling fail: no');
  });

  it('and, or: give the argument that decides, and look at no other', () => {
    expect(
      render('{{or "" "b" (fail "late")}} {{and 1 0 (fail "late")}} {{or .gone nil 0}} {{0 | and 1}}'),
    ).toBe('b 0 0 0');
  });

  it('compare numbers of the same kind only', () => {
    expect(render('{{eq 1 2 1}} {{ne "a" "b"}} {{lt 1.5 2.5}} {{ge "b" "a"}} {{eq nil .gone}}')).toBe(
      'true true true true true',
    );
    expect(failure('{{eq .n 1}}', { n: 1 })).toBe(
      'error calling eq: incompatible types for comparison: float64 and int',
    );
    expect(failure('{{lt .m 1}}', { m: {} })).toBe('error calling lt: invalid type for comparison');
  });

  it('index and slice', () => {
    expect(render('{{index . "a" 1}} {{index . "gone"}} {{len "héé"}}', { a: [1, 2] })).toBe(
      '2 <no value> 5',
    );
    expect(failure('{{index .a 9}}', { a: [1] })).toBe('error calling index: index out of range: 9');
  });
});

describe('errors', () => {
  it('say where they are, in bytes as Go counts them, and what had been written', () => {
    expect(runTemplate('é\nü{{ .a.b }}', { a: null })).toEqual({
      output: 'é\nü',
      error: 'template: t:2:7: executing "t" at <.a.b>: nil pointer evaluating interface {}.b',
    });
    expect(failure('{{if 1}}\n{{')).toBe('unclosed action');
    expect(runTemplate('a\n{{ "x }}').error).toBe('template: t:2: unterminated quoted string');
  });

  it('have a code and a place for a frame', () => {
    const set = new TemplateSet().parse('web.yaml', 'a: 1\nb: {{ .x.y }}\n');
    const run = () => set.execute('web.yaml', { x: null });
    expect(run).toThrow(TemplateError);
    expect(run).toThrow(
      expect.objectContaining({
        code: 'GO_TEMPLATE_EXECUTION',
        source: { file: 'web.yaml', line: 2, column: 9 },
        frame: expect.stringContaining('> 2 | b: {{ .x.y }}') as string,
      }) as Error,
    );
    expect(() => new TemplateSet().parse('t', '{{')).toThrow(
      expect.objectContaining({ code: 'GO_TEMPLATE_SYNTAX' }) as Error,
    );
    expect(() => set.execute('nobody', {})).toThrow(
      expect.objectContaining({ code: 'GO_TEMPLATE_NOT_DEFINED' }) as Error,
    );
  });
});

describe('limits', () => {
  it('end loops, output and depth', () => {
    const limit = (text: string, limits: object) => failure(text, {}, { limits });
    expect(limit('{{range until 50}}x{{end}}', { maxIterations: 10 })).toContain(
      'more than 10 rounds of loops',
    );
    expect(limit('{{repeat 100 "x"}}', { maxOutput: 10 })).toContain('more than 10 characters of output');
  });

  it.each([
    '{{repeat 999999999 "xxxxxxxxxx"}}',
    '{{indent 999999999 "x"}}',
    '{{untilStep 0 999999999 1}}',
    '{{until 999999999}}',
    '{{seq 999999999}}',
    '{{randAlphaNum 999999999}}',
    '{{replace "" (repeat 100000 "x") (repeat 100000 "y")}}',
    '{{wrapWith 1 (repeat 100000 "x") (repeat 100000 "y")}}',
    '{{$l := list}}{{range until 100}}{{$l = append $l (repeat 10000000 "x")}}{{end}}{{join "" $l}}',
    '{{$s := "x"}}{{range until 100}}{{$s = print $s $s}}{{end}}',
    '{{$l := list 1}}{{range until 100}}{{$l = concat $l $l}}{{end}}',
    '{{$d := list 1}}{{range until 100}}{{$d = list $d $d}}{{end}}{{toJson $d}}',
    '{{$d := list 1}}{{range until 100}}{{$d = list $d $d}}{{end}}{{print $d}}',
    '{{$d := list 1}}{{range until 100}}{{$d = list $d $d}}{{end}}{{deepCopy $d}}',
    '{{$d := list 1}}{{range until 100}}{{$d = list $d $d}}{{end}}{{deepEqual $d (mustDeepCopy $d)}}',
    '{{$l := untilStep 0 100000 1}}{{uniq $l}}',
    '{{printf (repeat 1000000 "%1000000d") 1}}',
    '{{regexReplaceAll "" (repeat 100000 "x") (repeat 100000 "y")}}',
  ])('end what functions make and go through: %s', (template) => {
    expect(failure(template, {}, { limits: { maxWork: 1_000_000 } })).toContain(
      'more than 1000000 characters and elements in functions',
    );
  });

  it('count keys and passwords', () => {
    const limits = { maxKeys: 1 };
    const template = '{{$a := bcrypt "a"}}{{htpasswd "b" "c"}}';
    expect(failure(template, {}, { limits })).toContain('more than 1 keys and password hashes');
  });

  it('say where they are exceeded, and how they are raised', () => {
    const set = new TemplateSet({ functions: sprigFunctions() });
    set.parse('big.yaml', 'a: 1\nb: {{repeat 1000 "x"}}');
    expect(() => set.execute('big.yaml', {}, { maxWork: 100 })).toThrow(
      expect.objectContaining({
        code: 'GO_TEMPLATE_LIMIT',
        source: { file: 'big.yaml', line: 2, column: 6 },
        hint: 'Raise limits.maxWork if the template is one that you trust.',
      }) as Error,
    );
  });

  it('end what is nested deeper than the stack goes', () => {
    const template = '{{$d := dict}}{{range until 100000}}{{$d = dict "a" $d}}{{end}}{{deepCopy $d}}';
    expect(failure(template)).toContain('nested deeper than the stack of JavaScript');
  });

  it.each(['compiled', 'interpreted', 'late'] as const)(
    'leave room for a thousand templates in one another, %s',
    (mode) => {
      const budget = new Budget();
      const set = new TemplateSet({ mode });
      let depth = 0;
      const include = (name: string, data: unknown): string =>
        depth++ < 1000 ? set.executeWithin(name, data, budget) : 'deep';
      set.setFunctions({ include: goFunction(['string', 'interface {}'], include) });
      set.parse('t', '{{define "a"}}{{include "a" .}}{{end}}{{include "a" .}}');
      expect(set.executeWithin('t', {}, budget)).toBe('deep');
    },
  );

  it('have a code of their own', () => {
    const set = new TemplateSet().parse('t', '{{range 3}}{{end}}');
    const failing = () => set.execute('t', {}, { maxIterations: 1 });
    expect(failing).toThrow(expect.objectContaining({ code: 'GO_TEMPLATE_LIMIT' }) as Error);
  });

  it('end when the signal says so', () => {
    const stop = AbortSignal.abort(new Error('enough'));
    const set = new TemplateSet().parse('t', '{{range 3}}{{end}}');
    expect(() => set.execute('t', {}, { signal: stop })).toThrow('enough');
  });
});

describe('TemplateSet', () => {
  it('makes code late of what is executed often, with the same results and places', () => {
    const text = `{{define "twice"}}{{.}}{{.}}{{end}}{{template "twice" .n}}{{if eq .n 30}}
{{.n.missing}}{{end}}`;
    const answers = (mode: 'compiled' | 'late'): string[] => {
      const set = new TemplateSet({ mode }).parse('t', text);
      return Array.from({ length: 40 }, (_, n) => {
        try {
          return set.execute('t', { n: BigInt(n) });
        } catch (error) {
          return (error as Error).message;
        }
      });
    };
    expect(answers('late')).toEqual(answers('compiled'));
  });

  it('shares what it compiled, and not what is added to a copy', () => {
    const cache = new TemplateCache();
    const set = new TemplateSet({ cache }).parse('a', 'A{{.}}');
    const copy = set.clone().parse('b', '{{template "a" 1}}');
    expect(copy.execute('b', null)).toBe('A1');
    expect(set.has('b')).toBe(false);
    expect(copy.names()).toEqual(['a', 'b']);
  });
});

describe('named types of maps and lists', () => {
  nameType('test.Files', 'map[string][]uint8', {
    Has: (files: GoMap) => goFunction(['string'], (name: string) => Object.hasOwn(files, name)),
    Count: (files: GoMap) => goFunction([], () => BigInt(Object.keys(files).length)),
  });
  nameType('test.Names', '[]string', {
    First: (names: readonly string[]) => goFunction([], () => names[0] ?? ''),
  });
  const data = {
    files: typedMap('test.Files', [['a.txt', new TextEncoder().encode('hi')]]),
    names: typedList('test.Names', ['x', 'y']),
  };
  const run = (text: string): string =>
    new TemplateSet({ missingKey: 'zero' }).parse('t', text).execute('t', data);

  it('have methods beside their elements', () => {
    expect(run('{{.files.Count}} {{.files.Has "a.txt"}} {{.files.Has "b"}} {{.names.First}}')).toBe(
      '1 true false x',
    );
    expect(run('{{range $name, $_ := .files}}{{$name}}{{end}}{{range .names}}-{{.}}{{end}}')).toBe(
      'a.txt-x-y',
    );
    expect(run('{{.files.none}} {{len .names}}')).toBe('[] 2');
    expect(() => run('{{.names.Last}}')).toThrow("can't evaluate field Last in type interface {}");
  });

  it('can be a view of a map that has another type', () => {
    const map = { a: 1 };
    const view = viewAs(map, 'test.View');
    const set = new TemplateSet().parse('t', '{{printf "%T" .}} {{.a}}');
    expect(set.execute('t', view)).toBe('test.View 1');
    view['b'] = 2;
    expect(map).toEqual({ a: 1, b: 2 });
  });
});
