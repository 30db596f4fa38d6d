import { Chance } from '../../fuzz-kustomize/chance.ts';
import { CALLS, callOf, type Signature } from './random-call.ts';

/** What templates are executed with. All that the grammar names is in it, and things of every kind. */
export const DATA = {
  text: 'Hello World',
  empty: '',
  lines: 'a\n  b\n\nc\n',
  unicode: 'grüße ☃ 🚀',
  yaml: 'a: 1\nb: [x, y]\n',
  json: '{"a": [1, 2.5, null]}',
  zero: 0,
  one: 1,
  float: 2.75,
  big: 12345678901,
  negative: -7,
  yes: true,
  no: false,
  nothing: null,
  list: ['b', 'a', 'c', 'a'],
  numbers: [3, 1.5, 2],
  mixed: [1, 'x', null, true, { k: 'v' }],
  none: [],
  map: { b: 'y', a: 'x', c: { d: 1, e: ['p', 'q'] } },
  bare: {},
} as const;

const PATHS = [
  '.map.c',
  ...Object.keys(DATA).map((key) => `.${key}`),
  '.map.c.d',
  '.map.c.e',
  '.map.a',
  '.missing',
  '.missing.deep',
  '.text.none',
  '.nothing.x',
  '$.map',
  '$',
  '.',
] as const satisfies readonly [string, ...string[]];

const STRINGS = [
  '""',
  '"a"',
  '"%v"',
  '"a,b,,c"',
  '"x y  z"',
  '`raw "`',
  '"\\t\\u00e9\\n"',
  '"12"',
  '"-3.5"',
  '"true"',
  '"a.b-c_D"',
] as const;
const NUMBERS = [
  '0',
  '1',
  '2',
  '-1',
  '3',
  '10',
  '07',
  '0x1F',
  '1.5',
  '-0.25',
  '1e3',
  '9223372036854775807',
  "'a'",
  '1_000',
  '2i',
] as const;

/** Where in a template something is written. */
interface Place {
  readonly depth: number;
  readonly variables: readonly string[];
  readonly isInLoop: boolean;
  readonly calls: readonly Signature[];
}

/** A template that mostly parses and often fails, as people's do. */
export function randomTemplate(chance: Chance, calls: readonly Signature[] = CALLS): string {
  const place: Place = { depth: 3, variables: [], isInLoop: false, calls };
  const defined = chance.oneIn(3) ? `{{define "part"}}${list(chance, { ...place, depth: 1 })}{{end}}` : '';
  return defined + list(chance, place);
}

function list(chance: Chance, place: Place): string {
  let here = place;
  return chance
    .some(1, 4, () => {
      const [text, variable] = statement(chance, here);
      if (variable !== undefined) here = { ...here, variables: [...here.variables, variable] };
      return text;
    })
    .join('');
}

/** A statement, and the variable that it declares for those behind it. */
function statement(chance: Chance, place: Place): readonly [text: string, variable?: string] {
  const { depth } = place;
  const inner = { ...place, depth: depth - 1 };
  const [open, close] = [chance.oneIn(6) ? '{{- ' : '{{', chance.oneIn(6) ? ' -}}' : '}}'];
  const action = (text: string): string => open + text + close;
  switch (depth <= 0 ? chance.below(4) : chance.below(16)) {
    case 0:
      return [chance.one(' ', '\n', 'text\n', ' - ', 'é', '<a href="x">', '')];
    case 1: {
      const name = `$${chance.one('a', 'b', 'c', 'x1')}`;
      const isDeclared = !place.variables.includes(name) || chance.oneIn(2);
      return [action(`${name} ${isDeclared ? ':=' : '='} ${pipeline(chance, inner)}`), name];
    }
    case 4:
    case 5:
      return [
        `${action(`if ${pipeline(chance, inner)}`)}${list(chance, inner)}${otherwise(chance, inner)}{{end}}`,
      ];
    case 6:
      return [
        `${action(`with ${pipeline(chance, inner)}`)}${list(chance, inner)}${otherwise(chance, inner)}{{end}}`,
      ];
    case 7:
    case 8:
      return [range(chance, inner)];
    case 9:
      return [
        action(
          `template "${chance.one('part', 'part', 'nobody')}" ${chance.one('', ...PATHS.slice(0, 5), '.')}`,
        ),
      ];
    case 10:
      return [action(chance.one('/* note */', 'break', 'continue', 'end', 'else'))];
    case 11:
      return [
        `{{block "blk${chance.below(9)}" ${chance.pick(PATHS)}}}${list(chance, { ...inner, variables: [], isInLoop: false })}{{end}}`,
      ];
    default:
      return [action(pipeline(chance, inner))];
  }
}

function otherwise(chance: Chance, place: Place): string {
  if (chance.oneIn(2)) return '';
  const test = chance.oneIn(3) ? ` ${chance.one('if', 'if', 'with')} ${pipeline(chance, place)}` : '';
  return `{{else${test}}}${list(chance, place)}`;
}

function range(chance: Chance, place: Place): string {
  const items = chance.one(
    '.list',
    '.map',
    '.numbers',
    '.none',
    '.mixed',
    '.missing',
    '3',
    '(until 3)',
    '.text',
    pipeline(chance, place),
  );
  const [head, names] = chance.one<readonly [string, readonly string[]]>(
    ['', []],
    ['$e := ', ['$e']],
    ['$i, $e := ', ['$i', '$e']],
    ['$a = ', []],
  );
  const inside = { ...place, isInLoop: true, variables: [...place.variables, ...names] };
  const leave = chance.oneIn(5)
    ? `{{if ${operand(chance, inside)}}}{{${chance.one('break', 'continue')}}}{{end}}`
    : '';
  return `{{range ${head}${items}}}${leave}${list(chance, inside)}${otherwise(chance, place)}{{end}}`;
}

/** One command, or some behind each other. */
export function pipeline(chance: Chance, place: Place): string {
  const first = chance.oneIn(3) ? operand(chance, place) : call(chance, place, false);
  const more = chance.oneIn(3) ? chance.some(1, 2, () => call(chance, place, true)) : [];
  return [first, ...more].join(' | ');
}

function call(chance: Chance, place: Place, isPiped: boolean): string {
  return callOf(chance, place.calls, isPiped, (kind) => argument(chance, place, kind));
}

/** An argument that mostly is of the kind that is wanted. */
function argument(chance: Chance, place: Place, kind: string): string {
  if (place.depth > 0 && chance.oneIn(6))
    return `(${pipeline(chance, { ...place, depth: place.depth - 1 })})`;
  if (chance.oneIn(8)) return operand(chance, place);
  switch (kind) {
    case 's':
      return chance.oneIn(3)
        ? chance.one('.text', '.lines', '.unicode', '.empty', '.map.a')
        : chance.pick(STRINGS);
    case 'i':
      return chance.oneIn(4)
        ? chance.one('(int .one)', '(int64 .big)', '(len .list)')
        : chance.one('0', '1', '2', '3', '5', '-1', '-2', '10');
    case 'n':
      return chance.oneIn(2)
        ? chance.one('.one', '.float', '.zero', '.negative', '.big', '"7"')
        : chance.pick(NUMBERS);
    case 'l':
      return chance.one(
        '.list',
        '.numbers',
        '.none',
        '.mixed',
        '(list 1 2 3)',
        '(list)',
        '(list "a" nil 2.5)',
        '(splitList "," "a,b")',
      );
    case 'd':
      return chance.one('.map', '.bare', '.map.c', '(dict "a" 1 "b" (list 1))', '(dict)');
    default:
      return operand(chance, place);
  }
}

function operand(chance: Chance, place: Place): string {
  switch (chance.below(8)) {
    case 0:
      return chance.pick(STRINGS);
    case 1:
      return chance.pick(NUMBERS);
    case 2:
      return place.variables.length > 0
        ? (place.variables[chance.below(place.variables.length)] ?? '$')
        : '$';
    case 3:
      return chance.one('true', 'false', 'nil', '.', '(.map).a', '(dict "k" 1).k', '$.text');
    default:
      return chance.pick(PATHS);
  }
}
