import { describe, expect, it } from 'vitest';
import { type Flag, parseFlags } from './flags.ts';

const FLAGS: readonly Flag[] = [
  { name: 'output', short: 'o', kind: 'text', help: '' },
  { name: 'enable-helm', short: 'x', kind: 'switch', help: '' },
  { name: 'env', short: 'e', kind: 'list', help: '' },
  { name: 'reorder', kind: 'text', help: '', deprecated: 'use sortOptions.' },
  { name: 'network', kind: 'switch', help: '', refused: 'there is none.' },
  { name: 'values', short: 'f', kind: 'slice', help: '' },
  { name: 'dry-run', kind: 'text', help: '', withoutValue: 'client' },
];

const parse = (...argv: string[]): unknown => {
  const { values, args } = parseFlags(argv, FLAGS);
  return { ...Object.fromEntries(values), args };
};

describe('parseFlags()', () => {
  it('takes values after a blank, an equals sign, or the letter', () => {
    expect(parse('--output', 'a', 'dir')).toEqual({ output: ['a'], args: ['dir'] });
    expect(parse('--output=a=b')).toEqual({ output: ['a=b'], args: [] });
    expect(parse('-o', 'a')).toEqual({ output: ['a'], args: [] });
    expect(parse('-oa')).toEqual({ output: ['a'], args: [] });
    expect(parse('-o=a')).toEqual({ output: ['a'], args: [] });
    expect(parse('-xo', 'a')).toEqual({ 'enable-helm': ['true'], output: ['a'], args: [] });
  });

  it('keeps the last of a text, and all of a list', () => {
    expect(parse('-o', 'a', '-o', 'b', '-e', 'A=1', '--env=B=2')).toEqual({
      output: ['b'],
      env: ['A=1', 'B=2'],
      args: [],
    });
  });

  it('gives switches a value after an equals sign alone', () => {
    expect(parse('--enable-helm', 'dir')).toEqual({ 'enable-helm': ['true'], args: ['dir'] });
    expect(parse('--enable-helm=F')).toEqual({ 'enable-helm': ['false'], args: [] });
  });

  it('splits slices at commas, but for those in quotes', () => {
    expect(parse('-f', 'a.yaml,b.yaml', '--values=c.yaml')).toEqual({
      values: ['a.yaml', 'b.yaml', 'c.yaml'],
      args: [],
    });
    expect(parse('-f', '"a,b","say ""x""",')).toEqual({ values: ['a,b', 'say "x"', ''], args: [] });
    expect(parse('-f', '')).toEqual({ values: [], args: [] });
  });

  it('takes a flag without its value where there is a value for that', () => {
    expect(parse('--dry-run', 'dir')).toEqual({ 'dry-run': ['client'], args: ['dir'] });
    expect(parse('--dry-run=server')).toEqual({ 'dry-run': ['server'], args: [] });
  });

  it('takes everything after -- for arguments, and a dash for one', () => {
    expect(parse('-', '--', '--output')).toEqual({ args: ['-', '--output'] });
  });

  it('warns of deprecated flags', () => {
    expect(parseFlags(['--reorder', 'none'], FLAGS).warnings).toEqual([
      'Flag --reorder has been deprecated, use sortOptions.',
    ]);
  });

  it.each([
    [['--foo=1'], 'unknown flag: --foo'],
    [['-xz'], "unknown shorthand flag: 'z' in -xz"],
    [['--output'], 'flag needs an argument: --output'],
    [['-o'], "flag needs an argument: 'o' in -o"],
    [
      ['--enable-helm=maybe'],
      'invalid argument "maybe" for "-x, --enable-helm" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
    ],
    [['--network'], '--network: there is none.'],
    [['-f', 'a"b'], 'invalid argument "a\\"b" for "-f, --values" flag: parse error'],
  ])('refuses %j', (argv, message) => {
    expect(() => parseFlags(argv, FLAGS)).toThrow(
      expect.objectContaining({
        code: 'COMMAND_LINE_INVALID',
        message: expect.stringContaining(message) as string,
      }) as Error,
    );
  });
});
