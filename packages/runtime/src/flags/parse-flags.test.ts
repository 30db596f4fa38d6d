import { describe, expect, it } from 'vitest';
import { commonFlags } from './common-flags.ts';
import { parseFeatureGates } from './feature-gates.ts';
import { describeFlags, parseFlags } from './parse-flags.ts';

const flags = {
  'storage-path': {
    type: 'string',
    default: '/data',
    env: 'STORAGE_PATH',
    description: 'Where artifacts are.',
  },
  concurrent: { type: 'integer', default: '2', description: 'Runs at a time.' },
  timeout: { type: 'duration', default: '1m', description: 'How long.' },
  verbose: { type: 'boolean', default: 'false', description: 'Say more.' },
  kinds: { type: 'list', default: '', description: 'Which kinds.' },
} as const;

describe('parseFlags', () => {
  it('reads values behind = and as the next argument, and booleans alone', () => {
    const argv = ['--concurrent', '4', '--timeout=1m30s', '--verbose', '--kinds=a,b', '--kinds', 'c'];
    expect(parseFlags(flags, { argv, env: {} })).toEqual({
      'storage-path': '/data',
      concurrent: 4,
      timeout: 90_000,
      verbose: true,
      kinds: ['a', 'b', 'c'],
    });
  });

  it('prefers the command line to the environment, and that to the default', () => {
    const env = { STORAGE_PATH: '/var/data' };
    expect(parseFlags(flags, { argv: [], env })['storage-path']).toBe('/var/data');
    expect(parseFlags(flags, { argv: ['--storage-path=/x'], env })['storage-path']).toBe('/x');
  });

  it.each([
    [['--concurent=1'], 'unknown flag --concurent'],
    [['--concurrent=two'], 'not an integer'],
    [['--timeout=10'], 'not a duration'],
    [['--verbose=maybe'], 'not a boolean'],
    [['--concurrent'], 'needs a value'],
    [['stray'], 'unexpected argument "stray"'],
    [['--constructor=1'], 'unknown flag --constructor'],
  ])('refuses %j', (argv, message) => {
    expect(() => parseFlags(flags, { argv, env: {} })).toThrow(message);
    expect(() => parseFlags(flags, { argv, env: {} })).toThrow(
      expect.objectContaining({ code: 'RUNTIME_FLAG_INVALID' }),
    );
  });

  it('gives every common flag its default', () => {
    expect(parseFlags(commonFlags, { argv: [], env: {} })).toMatchObject({
      'health-addr': ':9440',
      'max-retry-delay': 900_000,
      'watch-all-namespaces': true,
      'log-encoding': 'json',
    });
    expect(() => parseFlags(commonFlags, { argv: ['--log-encoding=xml'], env: {} })).toThrow(
      'none of json, console',
    );
  });

  it('describes each flag for --help', () => {
    expect(describeFlags(flags)).toContain(
      '--storage-path string\n      Where artifacts are. (default /data; $STORAGE_PATH)',
    );
  });
});

describe('parseFeatureGates', () => {
  it('overrides defaults and refuses what is unknown', () => {
    const defaults = { StrictPostBuildSubstitutions: true, GroupChangeLog: false };
    expect(parseFeatureGates(defaults, ['GroupChangeLog=true'])).toEqual({
      StrictPostBuildSubstitutions: true,
      GroupChangeLog: true,
    });
    expect(() => parseFeatureGates(defaults, ['Strict=true'])).toThrow('unknown feature gate "Strict"');
    expect(() => parseFeatureGates(defaults, ['GroupChangeLog=yes'])).toThrow('not true or false');
  });
});
