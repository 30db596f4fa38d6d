import { describe, expect, it } from 'vitest';
import { RateLimit } from './rate-limit.ts';
import { ManualClock } from './testdata/manual-clock.ts';

async function settled(promise: Promise<unknown>): Promise<boolean> {
  return Promise.race([
    promise.then(() => true),
    new Promise<boolean>((resolve) => setImmediate(() => resolve(false))),
  ]);
}

describe('2.12 RateLimit', () => {
  it('lets a burst through and then one after another', async () => {
    const clock = new ManualClock();
    const limit = new RateLimit(10, 3, clock);
    for (let i = 0; i < 3; i++) expect(await settled(limit.take())).toBe(true);
    const fourth = limit.take();
    const fifth = limit.take();
    expect(await settled(fourth)).toBe(false);
    await clock.advance(100);
    expect([await settled(fourth), await settled(fifth)]).toEqual([true, false]);
    await clock.advance(100);
    expect(await settled(fifth)).toBe(true);
  });

  it('fills up again', async () => {
    const clock = new ManualClock();
    const limit = new RateLimit(10, 2, clock);
    await limit.take();
    await limit.take();
    await clock.advance(10_000);
    for (let i = 0; i < 2; i++) expect(await settled(limit.take())).toBe(true);
    expect(await settled(limit.take())).toBe(false);
  });

  it('ends with the signal', async () => {
    const limit = new RateLimit(1, 1, new ManualClock());
    await limit.take();
    const controller = new AbortController();
    const waiting = limit.take(controller.signal);
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });
});
