import { describe, expect, it } from 'vitest';
import { parseConstraint } from './constraint.ts';

/** What matches, and what does not. */
const CASES: readonly [constraint: string, yes: string, no: string][] = [
  ['1.2.3', '1.2.3 v1.2.3 1.2.3+b', '1.2.4 1.2.3-rc.1'],
  ['=1.2', '1.2.0 1.2.9', '1.3.0 1.1.9'],
  ['!=1.2.3', '1.2.4', '1.2.3'],
  ['!=1.2', '1.3.0 2.2.0', '1.2.0 1.2.7'],
  ['!=1', '2.0.0', '1.4.2'],
  ['>1.2.3', '1.2.4', '1.2.3'],
  ['>1', '2.0.0', '1.9.9'],
  ['>1.2', '1.3.0', '1.2.9'],
  ['>=1.2', '1.2.0 3.0.0', '1.1.9'],
  ['=>1.2', '1.2.0', '1.1.9'],
  ['<2', '1.9.9', '2.0.0 2.0.0-alpha'],
  ['<=1', '1.9.9 0.1.0', '2.0.0'],
  ['<=1.2', '1.2.9', '1.3.0'],
  ['=<1.2.3', '1.2.3', '1.2.4'],
  ['~1', '1.0.0 1.9.0', '2.0.0'],
  ['~1.2', '1.2.0 1.2.9', '1.3.0'],
  ['~1.2.3', '1.2.3 1.2.9', '1.2.2 1.3.0'],
  ['~>1.2.3', '1.2.9', '1.3.0'],
  ['~0.0.0', '5.0.0', ''],
  ['^1.2.3', '1.2.3 1.9.0', '1.2.2 2.0.0'],
  ['^0.2.3', '0.2.3 0.2.9', '0.3.0 1.0.0'],
  ['^0.0.3', '0.0.3', '0.0.4'],
  ['^0.0', '0.0.9', '0.1.0'],
  ['^0', '0.9.0', '1.0.0'],
  ['1.x', '1.0.0 1.9.9', '2.0.0'],
  ['1.2.*', '1.2.9', '1.3.0'],
  ['*', '0.0.1 7.0.0', '1.0.0-rc.1'],
  ['1.2 - 1.4.5', '1.2.0 1.4.5', '1.4.6 1.1.9'],
  ['1 - 2', '2.9.9', '3.0.0'],
  ['>=1.0 <2', '1.5.0', '2.0.0 0.9.0'],
  ['>=1.0,<2', '1.5.0', '2.0.0'],
  ['>= 1.0 , < 2', '1.5.0', '2.0.0'],
  ['1.x || >=3.1, !=3.2.0', '1.5.0 3.1.0 4.0.0', '2.0.0 3.2.0'],
  ['>=1.0.0-0', '1.0.0-rc.1 1.1.0-alpha 1.1.0', '0.9.0'],
  ['>=1.0.0-beta <2', '1.0.0-rc.1', '1.0.0-alpha'],
  ['^1.2.0-0', '1.3.0-rc.1', '2.0.0'],
  ['>1 || >=1.0.0-0', '1.0.0-rc.1', '0.9.0-rc.1'],
];

describe('parseConstraint', () => {
  it.each(CASES)('%s', (text, yes, no) => {
    const constraint = parseConstraint(text);
    for (const version of yes.split(' ').filter(Boolean))
      expect([version, constraint.matches(version)]).toEqual([version, true]);
    for (const version of no.split(' ').filter(Boolean))
      expect([version, constraint.matches(version)]).toEqual([version, false]);
  });

  it.each([
    '',
    ' ',
    'latest',
    '>',
    '>>1',
    '1 2 - 3',
    '>1 - 2',
    '1,',
    ',1',
    '1>2',
    '1.2.3.4',
    '1x',
    '1 ||',
    '!1',
    '1|2',
  ])('refuses %j', (text) => {
    expect(() => parseConstraint(text)).toThrow(
      expect.objectContaining({ code: 'SEMVER_CONSTRAINT_INVALID' }),
    );
  });

  it('bounds length and alternatives', () => {
    const invalid = expect.objectContaining({ code: 'SEMVER_CONSTRAINT_INVALID' });
    expect(() => parseConstraint(`>=1.0.0${' '.repeat(600)}`)).toThrow(invalid);
    expect(() => parseConstraint(Array.from({ length: 33 }, () => '1').join('||'))).toThrow(invalid);
  });

  it('takes no time for a text that is made to take long', () => {
    // Spaces between parts could be shared out in very many ways.
    expect(() => parseConstraint(`${'1   '.repeat(120)}!`)).toThrow('improper constraint');
  });

  it('is not satisfied by what is no version', () => {
    expect(parseConstraint('*').matches('latest')).toBe(false);
  });
});
