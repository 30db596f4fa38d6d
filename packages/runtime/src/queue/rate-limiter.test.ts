import { describe, expect, it } from 'vitest';

import { FakeClock } from '../fake-clock.ts';
import { ItemBackoff, RetryBudget, SlowestOf } from './rate-limiter.ts';

describe('2.3 ItemBackoff', () => {
  it('takes its bounds from its options', () => {
    const limiter = new ItemBackoff<string>({ minDelayMs: 10, maxDelayMs: 35 });
    expect([1, 2, 3, 4].map(() => limiter.when('a'))).toEqual([10, 20, 35, 35]);
    expect(limiter.failures('a')).toBe(4);
  });

  it('stays finite after thousands of failures', () => {
    const limiter = new ItemBackoff<string>();
    for (let i = 0; i < 5000; i++) limiter.when('a');
    expect(limiter.when('a')).toBe(900_000);
  });
});

describe('2.3 RetryBudget', () => {
  it('lets a burst through, then spreads the rest', async () => {
    const clock = new FakeClock();
    const budget = new RetryBudget<string>({ perSecond: 10, burst: 3, clock });
    expect([1, 2, 3, 4, 5].map(() => budget.when())).toEqual([0, 0, 0, 100, 200]);
    await clock.advance(1000);
    expect(budget.when()).toBe(0);
  });

  it('counts no failures of keys', () => {
    const budget = new RetryBudget<string>();
    budget.forget();
    expect(budget.failures()).toBe(0);
  });
});

describe('2.3 SlowestOf', () => {
  it('asks for the longest of all delays', () => {
    const clock = new FakeClock();
    const limiter = new SlowestOf(
      new ItemBackoff<string>({ minDelayMs: 50 }),
      new RetryBudget<string>({ perSecond: 1, burst: 1, clock }),
    );
    expect(limiter.when('a')).toBe(50);
    expect(limiter.when('b')).toBe(1000);
    expect(limiter.failures('a')).toBe(1);
    limiter.forget('a');
    expect(limiter.failures('a')).toBe(0);
  });
});
