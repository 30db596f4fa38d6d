import { describe, expect, it } from 'vitest';
import { formatCheck } from './formats.ts';

/** Beyond what `testdata/validation-cases.ts` asks a real server: the edges of our own code. */
const cases: readonly (readonly [format: string, good: readonly string[], bad: readonly string[]])[] = [
  ['date', ['0001-01-01', '2024-02-29'], ['2023-02-29', '2024-13-01', '2024-00-10', '24-01-01', '2024-1-1']],
  [
    'date-time',
    ['2024-01-01T23:59:59z', '2024-01-01t00:00:00.5-08:00'],
    ['2024-01-01T00:60:00Z', '2024-01-01 00:00:00Z'],
  ],
  ['datetime', ['2024-01-01T00:00:00Z'], ['2024-02-30T00:00:00Z']],
  ['duration', ['1.5h', '+3us', '90 minutes', '1w', '4 DAYS', '10µs'], ['1x', 'five minutes', '.', '1.2.3']],
  [
    'email',
    ['first.last@example.com', 'Jane <jane@example.com>'],
    ['@example.com', 'jane@', 'jane@exa mple.com'],
  ],
  ['hostname', ['localhost', 'xn--bcher-kva.example'], ['', '.', 'a..b', `${'a.'.repeat(140)}com`]],
  ['ipv6', ['2001:db8::1', '::ffff:10.0.0.1'], ['2001:db8::1::2', '1.2.3.4', ':::', '10.0.0.1::', 'g::1']],
  ['cidr', ['2001:db8::/32', '0.0.0.0/0'], ['10.0.0.0/8/8', '/8', '10.0.0/8']],
  [
    'mac',
    ['01:23:45:67:89:AB', '0123.4567.89ab.cdef.0123.4567.89ab.cdef.0123.4567'],
    ['01:23:45:67:89:zz', '0123:4567:89ab', ''],
  ],
  [
    'uri',
    ['https://user@example.com:8443/a?b=c', 'urn:isbn:0451450523'],
    ['', 'example.com/a', 'http://[::1', 'http://a:b:c/'],
  ],
  ['creditcard', ['5500-0000-0000-0004', '340000000000009'], ['5500000000000005', '1234']],
  ['isbn', ['0-306-40615-2', '080442957X', '9780306406157'], ['0306406153', '9780306406158']],
  ['rgbcolor', ['rgb(0,0,0)', 'rgb(255, 255, 255)'], ['rgb(0,0)', 'rgb(-1,0,0)', 'rgb(0,0,256)']],
];

describe('formatCheck', () => {
  it.each(cases)('%s', (format, good, bad) => {
    const check = formatCheck(format);
    expect(good.filter((text) => !check?.(text))).toEqual([]);
    expect(bad.filter((text) => check?.(text))).toEqual([]);
  });

  it('heeds no format that the API server ignores', () => {
    for (const format of ['', 'int32', 'int64', 'double', 'int-or-string', 'regex']) {
      expect(formatCheck(format)).toBeUndefined();
    }
  });

  it('takes names with and without hyphens', () => {
    expect(formatCheck('k8s-short-name')).toBe(formatCheck('k8sshortname'));
  });
});
