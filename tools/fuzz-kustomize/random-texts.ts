// Replacements inside texts that are YAML or JSON themselves.
import type { Chance } from './chance.ts';
import type { Files } from './random-kustomization.ts';

const PATHS = [
  'a',
  'b',
  'b.c',
  'b.d.e',
  'list.0',
  'list.1',
  'list.[name=x].v',
  'maps.0.name',
  'maps.*.v',
  'maps.[name=x].v',
  'new',
  'b.new',
  'q',
  'num',
  'flag',
  'empty',
  'long',
] as const;
const VALUES = [
  'v',
  '12',
  'true',
  'two words',
  'a: b',
  '# x',
  'yes',
  '',
  'x'.repeat(100),
  `${'word '.repeat(25)}end`,
  'q"uote',
  "it's",
  'two\nlines\n',
  '1.0',
  'null',
] as const;

/** A ConfigMap with such a text, and replacements in it. */
export function randomTextEdit(c: Chance): Files {
  const text = c.oneIn(5) ? jsonText(c) : yamlText(c);
  const replacements = c.some(1, 2, () => ({
    ...(c.oneIn(3)
      ? {
          source: {
            kind: 'Widget',
            name: 'src',
            fieldPath: c.one(
              'spec.text',
              'spec.number',
              'spec.flag',
              'spec.map',
              'spec.list',
              'metadata.name',
            ),
          },
        }
      : { sourceValue: c.pick(VALUES) }),
    targets: [
      {
        select: { kind: 'ConfigMap' },
        fieldPaths: [`data.${c.one('text', 'config\\.yaml')}.${c.pick(PATHS)}`],
        ...c.maybe(3, () => ({ options: { create: true } })),
      },
    ],
  }));
  return {
    'root/kustomization.yaml': JSON.stringify({ resources: ['r.yaml'], replacements }),
    'root/r.yaml': `${JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm' }, data: { text, 'config.yaml': text } })}\n---\n${JSON.stringify({ apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'src' }, spec: { text: 'value', number: 5, flag: true } })}\n`,
  };
}

function jsonText(c: Chance): string {
  const value = {
    a: 1,
    b: { c: 'x', d: { e: null } },
    list: [1, 'two'],
    maps: [{ name: 'x', v: 1.5 }],
    num: 1e21,
    q: '<&>',
  };
  return c.one(
    JSON.stringify(value),
    JSON.stringify(value, undefined, 2),
    `${JSON.stringify(value)}\n`,
    JSON.stringify(value, undefined, 4),
  );
}

function yamlText(c: Chance): string {
  const comment = (): string => (c.oneIn(5) ? c.one(' # note', '   # more', ' #') : '');
  const line = (indent = ''): string =>
    c.oneIn(7)
      ? c.one(
          `${indent}# own line\n`,
          '\n',
          `${indent}# one\n${indent}# two\n`,
          '# outer\n',
          `\n${indent}# after blank\n`,
        )
      : '';
  const step = c.one('  ', '  ', '    ');
  const under = c.one('', step);
  const scalar = (): string =>
    c.one(
      '1',
      'text',
      "'single'",
      '"double"',
      'two words',
      '1.50',
      'true',
      'yes',
      '~',
      '0777',
      '"esc\\n"',
      '2020-01-01',
      "'12'",
      'http://x/y#z',
      '"a # b"',
    );
  const entries = [
    () => `a: ${scalar()}${comment()}\n`,
    () =>
      `b:${comment()}\n${line(step)}${step}c: ${scalar()}${comment()}\n${line(step)}${step}d:\n${step}${step}e: ${scalar()}${comment()}\n`,
    () =>
      `list:${comment()}\n${line(under)}${under}- ${scalar()}${comment()}\n${line(under)}${under}- ${scalar()}\n`,
    () =>
      `maps:\n${line(under)}${under}- name: x${comment()}\n${line(`${under}  `)}${under}  v: ${scalar()}\n${under}- name: y\n${under}  v: ${scalar()}${comment()}\n`,
    () =>
      c.one(
        'list: [1, two]\n',
        'b: {c: 1, d: {e: x}}\n',
        'b: { c: "x" , d: ~ }\n',
        'list:\n- - a\n  - b\n- c\n',
      ),
    () =>
      c.one(
        'q: |\n  literal\n  text\n',
        'q: >\n  folded\n  text\n',
        'q: |-\n  strip\n',
        'q: &anchor x\n',
        'q: "long double quoted text that goes on and on and on until it is longer than eighty"\n',
        'q: plain\n  continued\n',
      ),
    () =>
      c.one(
        'empty:\n',
        'empty: {}\n',
        'empty: []\n',
        'empty: ""\n',
        'num: 12\nflag: false\n',
        `long: ${'word '.repeat(20)}end\n`,
      ),
  ];
  const start = c.oneIn(6) ? c.one('# head\n', '# head\n\n', '---\n', '\n', '# head\n# more\n\n# a\n') : '';
  const end = c.oneIn(4) ? c.one('# end\n', '\n# end\n', '# end', '\n\n', '  # indented\n') : '';
  const bodies = c.some(1, 4, () => c.pick(entries as [() => string, ...(() => string)[]])());
  // Keys must not be repeated.
  const distinct = new Map(bodies.map((body) => [body.split(':', 1)[0], line() + body]));
  return start + [...distinct.values()].join('') + end;
}
