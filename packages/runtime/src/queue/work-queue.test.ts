import { describe, expect, it } from 'vitest';

import { FakeClock } from '../fake-clock.ts';
import { Delayed } from './delayed.ts';
import { ItemBackoff } from './rate-limiter.ts';
import { lowPriority, WorkQueue } from './work-queue.ts';

function createQueue(): { clock: FakeClock; queue: WorkQueue<string> } {
  const clock = new FakeClock();
  return { clock, queue: new WorkQueue<string>({ clock }) };
}

async function takeAll(queue: WorkQueue<string>): Promise<string[]> {
  const keys: string[] = [];
  while (queue.length > 0) {
    const item = await queue.get();
    if (!item) break;
    keys.push(item.key);
    queue.done(item.key);
  }
  return keys;
}

describe('2.3 WorkQueue.add', () => {
  it('hands keys out in the order in which they came', async () => {
    const { queue } = createQueue();
    for (const key of ['c', 'a', 'b']) queue.add(key);
    expect(await takeAll(queue)).toEqual(['c', 'a', 'b']);
  });

  it('keeps a key that is ready once, at its place', async () => {
    const { queue } = createQueue();
    for (const key of ['a', 'b', 'a', 'a']) queue.add(key);
    expect(queue.length).toBe(2);
    expect(await takeAll(queue)).toEqual(['a', 'b']);
  });

  it('holds back a key that is worked on until it is done, and then hands it out once', async () => {
    const { queue } = createQueue();
    queue.add('a');
    await queue.get();
    queue.add('a');
    queue.add('a');
    expect(queue.length).toBe(0);
    queue.done('a');
    expect(await takeAll(queue)).toEqual(['a']);
    expect(queue.active).toBe(0);
  });

  it('wakes a worker that waits', async () => {
    const { queue } = createQueue();
    const waiting = queue.get();
    queue.add('a');
    expect(await waiting).toEqual({ key: 'a', priority: 0 });
  });

  it('wakes workers in the order in which they began to wait', async () => {
    const { queue } = createQueue();
    const waiting = [queue.get(), queue.get()];
    queue.add('a');
    queue.add('b');
    expect((await Promise.all(waiting)).map((item) => item?.key)).toEqual(['a', 'b']);
  });
});

describe('2.4 WorkQueue priorities', () => {
  it('hands out what changes now before what was there at the start', async () => {
    const { queue } = createQueue();
    queue.add('old-1', { priority: lowPriority });
    queue.add('old-2', { priority: lowPriority });
    queue.add('new');
    expect(await takeAll(queue)).toEqual(['new', 'old-1', 'old-2']);
  });

  it('moves a key up to the end of the higher level', async () => {
    const { queue } = createQueue();
    queue.add('a', { priority: lowPriority });
    queue.add('b');
    queue.add('a', { priority: 0 });
    expect(await takeAll(queue)).toEqual(['b', 'a']);
  });

  it('never moves a key down', async () => {
    const { queue } = createQueue();
    queue.add('a', { priority: 5 });
    queue.add('b');
    queue.add('a', { priority: lowPriority });
    expect(await queue.get()).toEqual({ key: 'a', priority: 5 });
  });

  it('keeps the highest priority of what was added during the work', async () => {
    const { queue } = createQueue();
    queue.add('a');
    await queue.get();
    queue.add('a', { priority: lowPriority });
    queue.add('a', { priority: 3 });
    queue.add('a', { priority: lowPriority });
    queue.done('a');
    expect(await queue.get()).toEqual({ key: 'a', priority: 3 });
  });

  it('keeps the priority of a key through its delay', async () => {
    const { clock, queue } = createQueue();
    queue.addAfter('a', 1000, { priority: lowPriority });
    await clock.advance(1000);
    expect(await queue.get()).toEqual({ key: 'a', priority: lowPriority });
  });
});

describe('2.4 WorkQueue ageing', () => {
  async function order(options: {
    readonly agesAfterMs?: number;
    readonly waitMs: number;
  }): Promise<string[]> {
    const clock = new FakeClock();
    const queue = new WorkQueue<string>({ clock, ...options });
    queue.add('old', { priority: lowPriority });
    await clock.advance(options.waitMs);
    for (const key of ['a', 'b', 'c', 'd', 'e']) queue.add(key);
    return takeAll(queue);
  }

  it('gives one turn in four to keys that have waited for 30 s', async () => {
    expect(await order({ waitMs: 30_000 })).toEqual(['a', 'b', 'c', 'old', 'd', 'e']);
  });

  it('leaves priorities alone before that, and where it is told never to', async () => {
    const byPriority = ['a', 'b', 'c', 'd', 'e', 'old'];
    expect(await order({ waitMs: 29_999 })).toEqual(byPriority);
    expect(await order({ waitMs: 1e9, agesAfterMs: Infinity })).toEqual(byPriority);
  });

  it('takes the key that has waited longest, whatever its priority', async () => {
    const { clock, queue } = createQueue();
    queue.add('second', { priority: -200 });
    await clock.advance(1);
    queue.add('third', { priority: lowPriority });
    await clock.advance(40_000);
    for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) queue.add(key);
    expect((await takeAll(queue)).slice(0, 8)).toEqual(['a', 'b', 'c', 'second', 'd', 'e', 'f', 'third']);
  });

  it('starves nobody, however much of higher priority keeps coming', async () => {
    const { clock, queue } = createQueue();
    for (let n = 0; n < 50; n++) queue.add(`old-${n}`, { priority: lowPriority });
    const seen = new Set<string>();
    for (let n = 0; n < 500 && seen.size < 50; n++) {
      queue.add(`new-${n}`);
      queue.add(`more-${n}`);
      await clock.advance(1000);
      const { key = '' } = (await queue.get()) ?? {};
      if (key.startsWith('old')) seen.add(key);
      queue.done(key);
    }
    expect(seen.size).toBe(50);
  });
});

describe('2.3 WorkQueue.addAfter', () => {
  it('makes a key ready when its time has come, and not before', async () => {
    const { clock, queue } = createQueue();
    queue.addAfter('a', 1000);
    await clock.advance(999);
    expect(queue.length).toBe(0);
    await clock.advance(1);
    expect(queue.length).toBe(1);
  });

  it('keeps the earliest of several times', async () => {
    const { clock, queue } = createQueue();
    queue.addAfter('later-first', 5000);
    queue.addAfter('later-first', 1000);
    queue.addAfter('earlier-first', 1000);
    queue.addAfter('earlier-first', 5000);
    expect(queue.waiting).toBe(2);
    await clock.advance(1000);
    expect(await takeAll(queue)).toEqual(['later-first', 'earlier-first']);
    await clock.advance(10_000);
    expect(queue.length).toBe(0);
  });

  it('hands out keys in the order of their times', async () => {
    const { clock, queue } = createQueue();
    const delays = [700, 100, 900, 300, 500, 200, 800, 400, 600];
    for (const delay of delays) queue.addAfter(`after-${delay}`, delay);
    await clock.advance(1000);
    expect(await takeAll(queue)).toEqual(delays.toSorted((a, b) => a - b).map((delay) => `after-${delay}`));
  });

  it('is an addition where there is nothing to wait for', () => {
    const { queue } = createQueue();
    for (const [key, delay] of [
      ['zero', 0],
      ['past', -5],
      ['none', Number.NaN],
    ] as const)
      queue.addAfter(key, delay);
    expect(queue.length).toBe(3);
  });

  it('gives way to an addition', async () => {
    const { clock, queue } = createQueue();
    queue.addAfter('a', 1000);
    queue.add('a');
    expect(await takeAll(queue)).toEqual(['a']);
    await clock.advance(2000);
    expect(queue.length).toBe(0);
  });

  it('waits beside the work on the key, and asks for another run when the time comes', async () => {
    const { clock, queue } = createQueue();
    queue.add('a');
    await queue.get();
    queue.addAfter('a', 1000);
    await clock.advance(1000);
    expect(queue.length).toBe(0);
    queue.done('a');
    expect(queue.length).toBe(1);
  });

  it('sets one timer however many keys wait, and none where none does', async () => {
    const { clock, queue } = createQueue();
    for (let i = 0; i < 200; i++) queue.addAfter(`key-${i}`, 1000 + i);
    expect(clock.pendingTimers).toBe(1);
    for (let i = 0; i < 200; i++) queue.add(`key-${i}`);
    await clock.advance(5000);
    expect(queue.length).toBe(200);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('2.3 Delayed', () => {
  it('lets nothing pile up for a key that is put off again and again', async () => {
    const clock = new FakeClock();
    const ready: string[] = [];
    const delayed = new Delayed<string>(clock, (key, priority) => ready.push(`${key} ${priority}`));
    for (let i = 0; i < 10_000; i++) delayed.add('a', 100_000 - i, 0);
    for (let i = 0; i < 10_000; i++) delayed.add('a', 200_000, 0);
    for (let i = 0; i < 1000; i++) {
      delayed.add('b', 50, i);
      delayed.delete('b');
    }
    expect(delayed.size).toBe(1);
    expect(delayed.entries).toBeLessThan(200);
    await clock.advance(100_000);
    expect(ready).toEqual(['a 0']);
  });
});

describe('2.3 WorkQueue.addRateLimited', () => {
  it('doubles the delay of a key from 750 ms up to 15 min, each key on its own', () => {
    const limiter = new ItemBackoff<string>();
    const delays = Array.from({ length: 13 }, () => limiter.when('a'));
    expect(delays.slice(0, 4)).toEqual([750, 1500, 3000, 6000]);
    expect(delays.at(-1)).toBe(900_000);
    expect(limiter.when('b')).toBe(750);
  });

  it('begins anew with a key that was forgotten', async () => {
    const { clock, queue } = createQueue();
    queue.addRateLimited('a');
    expect(queue.failures('a')).toBe(1);
    queue.forget('a');
    expect(queue.failures('a')).toBe(0);
    await clock.advance(750);
    await takeAll(queue);
    queue.addRateLimited('a');
    await clock.advance(750);
    expect(queue.length).toBe(1);
  });

  it('waits at least as long as the server asked for', async () => {
    const { clock, queue } = createQueue();
    queue.addRateLimited('a', { atLeastMs: 20_000 });
    await clock.advance(19_999);
    expect(queue.length).toBe(0);
    await clock.advance(1);
    expect(queue.length).toBe(1);
  });
});

describe('2.3 WorkQueue.get', () => {
  it('gives nothing once its signal is aborted, and loses no key', async () => {
    const { queue } = createQueue();
    const controller = new AbortController();
    const waiting = queue.get({ signal: controller.signal });
    controller.abort();
    expect(await waiting).toBeUndefined();
    expect(await queue.get({ signal: controller.signal })).toBeUndefined();
    queue.add('a');
    expect(await queue.get()).toEqual({ key: 'a', priority: 0 });
  });
});

describe('2.3 WorkQueue.shutDown', () => {
  it('wakes all workers with nothing and takes no keys any more', async () => {
    const { clock, queue } = createQueue();
    queue.addAfter('late', 10);
    const waiting = [queue.get(), queue.get()];
    queue.shutDown();
    expect(await Promise.all(waiting)).toEqual([undefined, undefined]);
    queue.add('a');
    queue.addAfter('b', 5);
    await clock.advance(100);
    expect(queue.length).toBe(0);
    expect(await queue.get()).toBeUndefined();
  });
});

describe('2.3 WorkQueue.drain', () => {
  it('hands out what is ready and waits until it is done', async () => {
    const { queue } = createQueue();
    queue.add('a');
    queue.add('b');
    await queue.get();
    let drained = false;
    const draining = queue.drain().then(() => (drained = true));
    queue.add('c');
    expect(await queue.get()).toEqual({ key: 'b', priority: 0 });
    expect(await queue.get()).toBeUndefined();
    queue.done('a');
    await Promise.resolve();
    expect(drained).toBe(false);
    queue.done('b');
    await draining;
    expect(queue.active).toBe(0);
  });

  it('hands out again what was asked for during the work', async () => {
    const { queue } = createQueue();
    queue.add('a');
    await queue.get();
    queue.add('a');
    const draining = queue.drain();
    queue.done('a');
    expect(await takeAll(queue)).toEqual(['a']);
    await draining;
  });

  it('resolves at once where there is nothing to do', async () => {
    const { queue } = createQueue();
    await queue.drain();
    expect(await queue.get()).toBeUndefined();
  });
});

/** A generator of numbers from 0 to below 1 that gives the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

describe('2.3 WorkQueue under random use', () => {
  it.each([1, 2, 3, 4, 5])('never has a key twice at work, and loses none (seed %i)', async (seed) => {
    const random = randomFrom(seed);
    const { clock, queue } = createQueue();
    const active = new Set<string>();
    const owed = new Set<string>();
    const twice: string[] = [];
    for (let step = 0; step < 3000; step++) {
      const key = `key-${Math.floor(random() * 12)}`;
      const action = random();
      if (action < 0.35) {
        queue.add(key, { priority: Math.floor(random() * 3) });
        owed.add(key);
      } else if (action < 0.5) {
        queue.addAfter(key, Math.floor(random() * 50));
        owed.add(key);
      } else if (action < 0.6) {
        await clock.advance(Math.floor(random() * 40));
      } else if (action < 0.8 && queue.length > 0) {
        const taken = (await queue.get())?.key ?? '';
        if (active.has(taken)) twice.push(taken);
        active.add(taken);
        owed.delete(taken);
      } else {
        const [first] = active;
        if (first === undefined) continue;
        active.delete(first);
        queue.done(first);
      }
    }
    for (const key of active) queue.done(key);
    await clock.advance(1000);
    const rest = await takeAll(queue);
    expect(twice).toEqual([]);
    expect([...owed].filter((key) => !rest.includes(key))).toEqual([]);
  });
});
