import { describe, expect, it } from 'vitest';
import {
  compareVersions,
  formatVersion,
  parseVersion,
  tryParseStrictVersion,
  tryParseVersion,
} from './version.ts';

describe('parseVersion', () => {
  it.each([
    ['1.2.3', '1.2.3'],
    ['v1.2.3', '1.2.3'],
    ['1.2', '1.2.0'],
    ['v1', '1.0.0'],
    ['1.2.3-rc.1+build.5', '1.2.3-rc.1+build.5'],
    ['01.02.03', '1.2.3'],
    ['20240101120000.0.0', '20240101120000.0.0'],
    ['18446744073709551615.0.0', '18446744073709551615.0.0'],
  ])('reads %s', (text, full) => {
    expect(formatVersion(parseVersion(text))).toBe(full);
  });

  it.each([
    '',
    'latest',
    '1.2.3.4',
    '1.2.3-01',
    '1.2.3-',
    '1..2',
    'vv1',
    '18446744073709551616.0.0',
    ' 1.0.0',
    '1'.repeat(300),
  ])('refuses %j', (text) => {
    expect(() => parseVersion(text)).toThrow(expect.objectContaining({ code: 'SEMVER_VERSION_INVALID' }));
    expect(tryParseVersion(text)).toBeUndefined();
  });
});

describe('tryParseStrictVersion', () => {
  it('takes whole versions alone', () => {
    expect(tryParseStrictVersion('1.2.3-rc.1')?.prerelease).toBe('rc.1');
    for (const text of ['v1.2.3', '1.2', '01.2.3', '1.2.3.4', 'x'])
      expect(tryParseStrictVersion(text)).toBeUndefined();
  });
});

describe('compareVersions', () => {
  it('orders by precedence', () => {
    const ordered = [
      '1.0.0-1',
      '1.0.0-2',
      '1.0.0-10',
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0',
      '1.0.1',
      '1.10.0',
      '2.0.0-rc.1',
      '2.0.0',
    ];
    const shuffled = ordered.toReversed().map(parseVersion);
    expect(shuffled.toSorted(compareVersions).map(formatVersion)).toEqual(ordered);
  });

  it('does not look at metadata', () => {
    expect(compareVersions(parseVersion('1.0.0+a'), parseVersion('1.0.0+b'))).toBe(0);
  });

  it('compares numbers beyond 2^53 exactly', () => {
    expect(compareVersions(parseVersion('9007199254740993.0.0'), parseVersion('9007199254740992.0.0'))).toBe(
      1,
    );
  });
});
