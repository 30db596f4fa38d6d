import { sleep } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';

import { FakeClock } from './fake-clock.ts';

describe('FakeClock', () => {
  it('moves both clocks only when it is told to', async () => {
    const clock = new FakeClock('2026-01-01T00:00:00Z');
    await clock.advance(1500);
    expect(new Date(clock.now()).toISOString()).toBe('2026-01-01T00:00:01.500Z');
    expect(clock.monotonic()).toBe(1500);
  });

  it('fires timers in the order of their times, then in that of their making', async () => {
    const clock = new FakeClock();
    const fired: string[] = [];
    clock.setTimeout(() => fired.push('b'), 20);
    clock.setTimeout(() => fired.push('a'), 10);
    clock.setTimeout(() => fired.push('c'), 20);
    const cancel = clock.setTimeout(() => fired.push('never'), 15);
    cancel();
    expect(clock.nextTimerMs).toBe(10);
    await clock.advance(20);
    expect(fired).toEqual(['a', 'b', 'c']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('fires timers that are set by what waits for earlier ones', async () => {
    const clock = new FakeClock();
    let rounds = 0;
    const loop = (async () => {
      for (; rounds < 3; rounds++) await sleep(100, { clock });
    })();
    await clock.advance(300);
    await loop;
    expect(rounds).toBe(3);
  });

  it('lets the wall clock jump without the monotonic one', () => {
    const clock = new FakeClock('2026-01-01T00:00:00Z');
    clock.setWallClock('2025-01-01T00:00:00Z');
    expect(new Date(clock.now()).getUTCFullYear()).toBe(2025);
    expect(clock.monotonic()).toBe(0);
  });
});
