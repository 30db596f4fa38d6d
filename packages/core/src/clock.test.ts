import { describe, expect, it } from 'vitest';
import { type Clock, kubeTime, sleep } from './clock.ts';

/** A clock whose timers fire when told. */
function handClock() {
  const timers = new Set<() => void>();
  const clock: Clock = {
    now: () => 0,
    monotonic: () => 0,
    setTimeout(callback) {
      timers.add(callback);
      return () => timers.delete(callback);
    },
  };
  return { clock, timers };
}

describe('sleep', () => {
  it('waits for the clock', async () => {
    const { clock, timers } = handClock();
    const done = sleep(1000, { clock });
    for (const fire of timers) fire();
    await expect(done).resolves.toBeUndefined();
  });

  it('ends with the reason of the signal and leaves no timer', async () => {
    const { clock, timers } = handClock();
    const controller = new AbortController();
    const done = sleep(1000, { clock, signal: controller.signal });
    controller.abort(new Error('shutting down'));
    await expect(done).rejects.toThrow('shutting down');
    expect(timers.size).toBe(0);
    await expect(sleep(1, { clock, signal: controller.signal })).rejects.toThrow('shutting down');
  });
});

describe('kubeTime', () => {
  it('has whole seconds in UTC', () => {
    expect(kubeTime(Date.UTC(2026, 10, 22, 19, 45, 1, 999))).toBe('2026-11-22T19:45:01Z');
  });
});
