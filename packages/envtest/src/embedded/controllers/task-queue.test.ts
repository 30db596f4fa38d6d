import { type Logger, silentLogger } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';

import { TaskQueue } from './task-queue.ts';

/** A clock whose timers the test lets go off. */
function stillClock() {
  const timers = new Map<number, () => void>();
  let next = 0;
  return {
    now: () => 0,
    monotonic: () => 0,
    setTimeout(callback: () => void, _ms: number) {
      const id = next++;
      timers.set(id, callback);
      return () => void timers.delete(id);
    },
    timers,
    fire() {
      for (const [id, callback] of timers) {
        timers.delete(id);
        callback();
      }
    },
  };
}

describe('TaskQueue', () => {
  it('runs what was added, and what that adds', async () => {
    const queue = new TaskQueue(stillClock(), silentLogger);
    const ran: string[] = [];
    queue.add('a', () => {
      ran.push('a');
      queue.add('b', () => ran.push('b'));
    });
    expect(ran).toEqual([]);
    await queue.idle();
    expect(ran).toEqual(['a', 'b']);
    await queue.idle();
  });

  it('runs the newest task under a key, once', async () => {
    const queue = new TaskQueue(stillClock(), silentLogger);
    const ran: number[] = [];
    for (const n of [1, 2, 3]) queue.add('same', () => ran.push(n));
    await queue.idle();
    expect(ran).toEqual([3]);
  });

  it('waits for time, from the last call on', async () => {
    const clock = stillClock();
    const queue = new TaskQueue(clock, silentLogger);
    const ran: string[] = [];
    queue.addAfter('later', 1000, () => ran.push('first'));
    queue.addAfter('later', 1000, () => ran.push('second'));
    expect(clock.timers.size).toBe(1);
    await queue.idle();
    expect(ran).toEqual([]);
    clock.fire();
    await queue.idle();
    expect(ran).toEqual(['second']);
  });

  it('goes on after a task that fails, and says so', async () => {
    const messages: unknown[] = [];
    const logger: Logger = {
      ...silentLogger,
      error: (message, fields) => messages.push([message, fields?.['key']]),
    };
    const queue = new TaskQueue(stillClock(), logger);
    let ran = false;
    queue.add('bad', () => {
      throw new Error('no');
    });
    queue.add('good', () => (ran = true));
    await queue.idle();
    expect(ran).toBe(true);
    expect(messages).toEqual([['simulated controller failed', 'bad']]);
  });

  it('does nothing after it was stopped', async () => {
    const clock = stillClock();
    const queue = new TaskQueue(clock, silentLogger);
    let ran = false;
    queue.addAfter('later', 1000, () => (ran = true));
    queue.stop();
    queue.add('now', () => (ran = true));
    clock.fire();
    await queue.idle();
    expect(ran).toBe(false);
  });
});
