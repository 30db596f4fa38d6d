import type { Chance } from '../../fuzz-kustomize/chance.ts';

/**
 * Functions whose results follow from their arguments, with the kinds of these: `s` a text, `i` an integer, `n` a number
 * of any kind, `l` a list, `d` a map, `a` anything; `*` any number of the last.
 */
const SIGNATURES = `
and a* | or a* | not a | eq a a* | ne a a | lt n n | le n n | gt n n | ge s s | len l | index l i | index d s | slice s i i | slice l i
print a* | println a* | printf s a* | html s | js s | urlquery s
abbrev i s | abbrevboth i i s | trunc i s | trim s | upper s | lower s | title s | untitle s | substr i i s | repeat i s
trimall s s | trimAll s s | trimSuffix s s | trimPrefix s s | nospace s | initials s | swapcase s | snakecase s | camelcase s
kebabcase s | wrap i s | wrapWith i s s | contains s s | hasPrefix s s | hasSuffix s s | quote a* | squote a* | cat a*
indent i s | nindent i s | replace s s s | plural s s i | toString a | split s s | splitList s s | splitn s i s | toStrings l
join s l | join s a | sortAlpha l | atoi s | int a | int64 a | float64 a | seq i i | seq i i i | toDecimal a | until i | untilStep i i i
add1 n | add n* | sub n n | div n n | mod n n | mul n n* | add1f n | addf n* | subf n n* | divf n n* | mulf n n*
max n n* | min n n* | maxf n n* | minf n n* | ceil n | floor n | round n i | biggest n n*
list a* | tuple a* | first l | mustFirst l | last l | rest l | initial l | append l a | prepend l a | reverse l | uniq l
without l a* | has a l | slice l i i | compact l | chunk i l | concat l l* | dict s a s a | get d s | set d s a | unset d s
hasKey d s | pluck s d* | pick d s* | omit d s* | merge d d* | mergeOverwrite d d* | values d | deepCopy a | dig s s a d
default a a | empty a | coalesce a* | ternary a a a | all a* | any a* | fail s
kindOf a | typeOf a | kindIs s a | typeIs s a | typeIsLike s a | deepEqual a a
toJson a | toPrettyJson a | toRawJson a | mustToJson a | fromJson s | mustFromJson s
b64enc s | b64dec s | b32enc s | b32dec s | sha1sum s | sha256sum s | sha512sum s | adler32sum s
regexMatch s s | regexFindAll s s i | regexFind s s | regexReplaceAll s s s | regexReplaceAllLiteral s s s | regexSplit s s i | regexQuoteMeta s
mustRegexMatch s s | mustRegexFind s s | base s | dir s | clean s | ext s | isAbs s | osBase s | osDir s | osClean s | osExt s
semver s | semverCompare s s | urlParse s | urlJoin d | date s n | dateInZone s n s | duration n | durationRound n | toDate s s
htmlDate n | unixEpoch a | mustToDate s s | dateModify s a | keys d | hello
`;

/** Texts that some functions know what to do with. */
const SPECIAL: Readonly<Record<string, readonly [string, ...string[]]>> = {
  printf: [
    '"%v"',
    '"%s-%d"',
    '"%5.2f|%-5s|"',
    '"%q"',
    '"%#v"',
    '"%x"',
    '"%T %t"',
    '"%+d %05d"',
    '"%[2]v %[1]v"',
    '"%*d"',
    '"%c%U"',
    '"%%%!"',
    '"%e %g"',
  ],
  regex: [
    '"a+"',
    '"[a-z]+"',
    '"(\\\\w)(\\\\w)"',
    '"^$"',
    '"("',
    '"x*"',
    '"(?i)HELLO"',
    '"\\\\s"',
    '"(?P<n>o)"',
  ],
  semver: [
    '"1.2.3"',
    '"v1.2"',
    '"1.2.3-alpha.1+b"',
    '"x"',
    '">=1.2, <2"',
    '"^1.0"',
    '"~1.2.x"',
    '"1.x || 2"',
    '""',
  ],
  url: ['"http://u:p@h:80/a%20b?q=1#f"', '"//x"', '"mailto:a@b"', '"%zz"'],
  yaml: [
    '"a: 1"',
    '"- a\\n- {b: c}"',
    '"a: [1"',
    '"x: 1.50\\ny: 0x10\\nz: ~"',
    '"1"',
    '""',
    '"a = 1\\n[b]\\nc = \\"d\\""',
    '"[1, {}]"',
  ],
  tpl: ['"{{ .text }}"', '"{{ . }}"', '"{{"', '"plain"', '"{{ define `p` }}P{{ end }}{{ include `p` . }}"'],
  date: ['"2006-01-02"', '"Mon Jan _2 15:04:05 2006"', '"02.01.06 3PM"', '"UTC"', '"2020-01-31"'],
  kind: ['"string"', '"float64"', '"map"', '"slice"', '"int"', '"[]interface {}"'],
};

/** What Helm has beside. */
const HELM_SIGNATURES = `
toYaml a | toYamlPretty a | fromYaml s | fromYamlArray s | toToml d | toToml a | fromToml s | fromJsonArray s | fromJson s | toJson a
required s a | lookup s s s s | tpl s a | include s a | getHostByName s
`;

/** A function and the kinds of its arguments. */
export interface Signature {
  readonly name: string;
  readonly kinds: readonly string[];
}

const read = (signatures: string): Signature[] =>
  signatures
    .trim()
    .split(/[|\n]/)
    .map((text) => text.trim().split(' '))
    .map(([name = '', ...kinds]) => ({ name, kinds }));

/** The functions of Go and of sprig. */
export const CALLS: readonly Signature[] = read(SIGNATURES);

/** With Helm's own, which come as often as all others. */
export const HELM_CALLS: readonly Signature[] = [
  ...CALLS,
  ...Array.from({ length: 12 }, () => read(HELM_SIGNATURES)).flat(),
];

/** A call of a function; a piped one leaves its last argument to the pipe. */
export function callOf(
  chance: Chance,
  calls: readonly Signature[],
  isPiped: boolean,
  argument: (kind: string) => string,
): string {
  const { name, kinds } = calls[chance.below(calls.length)]!;
  const special = specialOf(name);
  const wanted = kinds.flatMap((kind) => (kind.endsWith('*') ? chance.some(0, 2, () => kind[0]!) : [kind]));
  const given = isPiped ? wanted.slice(0, -1) : wanted;
  if (chance.oneIn(25)) given.pop();
  if (chance.oneIn(25)) given.push('a');
  const values = given.map((kind) =>
    special && kind === 's' && !chance.oneIn(3) ? chance.pick(special) : argument(kind),
  );
  return [name, ...values].join(' ');
}

function specialOf(name: string): readonly [string, ...string[]] | undefined {
  if (name === 'printf') return SPECIAL['printf'];
  if (/regex/i.test(name)) return SPECIAL['regex'];
  if (name.startsWith('from')) return SPECIAL['yaml'];
  if (name === 'tpl') return SPECIAL['tpl'];
  if (name.startsWith('semver')) return SPECIAL['semver'];
  if (name === 'urlParse') return SPECIAL['url'];
  if (/date/i.test(name)) return SPECIAL['date'];
  return name.startsWith('kind') || name.startsWith('type') ? SPECIAL['kind'] : undefined;
}
