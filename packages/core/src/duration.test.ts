import { describe, expect, it } from 'vitest';
import { formatDuration, formatNanoseconds, parseDuration, parseNanoseconds } from './duration.ts';

describe('parseDuration', () => {
  it.each([
    ['0', 0],
    ['5s', 5000],
    ['1m30s', 90_000],
    ['1h2m3.5s', 3_723_500],
    ['250ms', 250],
    ['-10us', -0.01],
    ['10µs', 0.01],
    ['10μs', 0.01],
    ['1500ns', 0.0015],
    ['.5h', 1_800_000],
    ['1.s', 1000],
    ['+2h', 7_200_000],
    ['9223372036s', 9_223_372_036_000],
  ])('reads %s', (text, ms) => {
    expect(parseDuration(text)).toBeCloseTo(ms, 9);
  });

  it.each([
    ['', 'time: invalid duration ""'],
    ['-', 'time: invalid duration "-"'],
    ['3', 'time: missing unit in duration "3"'],
    ['3d', 'time: unknown unit "d" in duration "3d"'],
    ['1h m', 'time: unknown unit "h m" in duration "1h m"'],
    ['.s', 'time: invalid duration ".s"'],
    ['one', 'time: invalid duration "one"'],
    ['9223372037s', 'time: invalid duration "9223372037s"'],
    ['1"é', 'time: unknown unit "\\"\\xc3\\xa9" in duration "1\\"\\xc3\\xa9"'],
  ])('refuses %j with the words of Go', (text, message) => {
    expect(() => parseDuration(text)).toThrow(expect.objectContaining({ code: 'DURATION_INVALID', message }));
  });

  it('does no arithmetic on digits without end', () => {
    expect(() => parseDuration(`${'9'.repeat(100_000)}s`)).toThrow(
      expect.objectContaining({ code: 'DURATION_INVALID' }),
    );
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0s'],
    [1, '1ms'],
    [1500, '1.5s'],
    [60_000, '1m0s'],
    [3_600_000, '1h0m0s'],
    [3_723_500, '1h2m3.5s'],
    [0.25, '250µs'],
    [0.000_007, '7ns'],
    [-90_000, '-1m30s'],
    [10.05, '10.05ms'],
  ])('writes %d as Go does', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('parseNanoseconds and formatNanoseconds', () => {
  it('keep what milliseconds in floating point would lose', () => {
    const text = '2540400h10m10.000000001s';
    expect(parseNanoseconds(text)).toBe(9_145_440_610_000_000_001n);
    expect(formatNanoseconds(9_145_440_610_000_000_001n)).toBe(text);
    expect(formatNanoseconds(-1n)).toBe('-1ns');
  });
});
