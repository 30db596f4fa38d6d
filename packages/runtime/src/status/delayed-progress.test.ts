import { describe, expect, it } from 'vitest';

import { FakeClock } from '../fake-clock.ts';
import { DelayedProgress } from './delayed-progress.ts';

/** A run, and the times at which its progress was written. */
function start(save: () => Promise<void> = async () => {}) {
  const clock = new FakeClock('2026-03-01T10:00:00Z');
  const began = clock.monotonic();
  const saves: number[] = [];
  const errors: unknown[] = [];
  const progress = new DelayedProgress({
    save: () => {
      saves.push(clock.monotonic() - began);
      return save();
    },
    onError: (error) => errors.push(error),
    clock,
  });
  return { clock, saves, errors, progress };
}

describe('DelayedProgress', () => {
  it('writes nothing in a quick run', async () => {
    const { clock, saves, progress } = start();
    progress.report();
    await clock.advance(999);
    progress[Symbol.dispose]();
    await clock.advance(5000);
    expect(saves).toEqual([]);
  });

  it('writes once when a run has taken a moment, and then whatever is new', async () => {
    const { clock, saves, progress } = start();
    await clock.advance(300);
    progress.report();
    progress.report();
    await clock.advance(1000);
    expect(saves).toEqual([1000]);
    progress.report();
    expect(saves).toEqual([1000, 1300]);
  });

  it('writes nothing where there is nothing to show', async () => {
    const { clock, saves } = start();
    await clock.advance(5000);
    expect(saves).toEqual([]);
  });

  it('writes at once what must be on record, once', async () => {
    const { clock, saves, progress } = start();
    progress.report();
    await progress.write();
    await clock.advance(5000);
    expect(saves).toEqual([0]);
    const failing = start(() => Promise.reject(new Error('no connection')));
    await expect(failing.progress.write()).rejects.toThrow('no connection');
  });

  it('tells of a write that failed', async () => {
    const { clock, errors, progress } = start(() => Promise.reject(new Error('no connection')));
    progress.report();
    await clock.advance(1000);
    expect(errors).toEqual([new Error('no connection')]);
  });
});
