import { sleep } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { TimeLimit } from './time-limit.ts';

const source = (timeout?: string) => ({ kind: 'Bucket', spec: timeout === undefined ? {} : { timeout } });
const forever = ({ signal }: TimeLimit) => sleep(60_000, { signal });

/** A clock that goes on when it is told to; says which times somebody waits for. */
function handClock() {
  const timers = new Map<() => void, number>();
  let now = 0;
  return {
    timers,
    now: () => now,
    monotonic: () => now,
    setTimeout(callback: () => void, ms: number) {
      timers.set(callback, now + ms);
      return () => void timers.delete(callback);
    },
    pass(ms: number) {
      now += ms;
      for (const [callback, at] of timers) if (at <= now) callback();
    },
  };
}

describe('TimeLimit', () => {
  it('is for all parts of an operation together', async () => {
    const clock = handClock();
    const limit = new TimeLimit(source('1s'), { signal: new AbortController().signal, clock });
    for (let i = 0; i < 9; i++) await limit.during(async () => clock.pass(100));
    const last = limit.during(() => forever(limit));
    clock.pass(100);
    await expect(last).rejects.toMatchObject({
      code: 'CONTROLLERS_TIMEOUT',
      message: 'it took longer than 1s',
      hint: expect.stringContaining('spec.timeout of the Bucket') as string,
      retry: 'backoff',
    });
    await expect(limit.during(async () => 'more')).rejects.toThrow('it took longer');
  });

  it('does not count what is done in between', async () => {
    const clock = handClock();
    const limit = new TimeLimit(source(), { signal: new AbortController().signal, clock });
    for (let i = 0; i < 10; i++) {
      expect(await limit.during(async () => i)).toBe(i);
      clock.pass(59_000);
    }
    expect(limit.signal.aborted).toBe(false);
  });

  it('says that the time was over, whatever that made of the work', async () => {
    const clock = handClock();
    const limit = new TimeLimit(source('1s'), { signal: new AbortController().signal, clock });
    const broken = limit.during(() =>
      forever(limit).catch(() => Promise.reject(new Error('the connection broke'))),
    );
    clock.pass(1000);
    await expect(broken).rejects.toThrow('it took longer than 1s');
  });

  it('leaves failures, and the end of the run, as they are', async () => {
    const run = new AbortController();
    const limit = new TimeLimit(source('1s'), run);
    await expect(limit.during(() => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    const waiting = limit.during(() => forever(limit));
    run.abort(new Error('the run has ended'));
    await expect(waiting).rejects.toThrow('the run has ended');
    await expect(limit.during(async () => 'more')).rejects.toThrow('the run has ended');
  });

  it('leaves no timer behind', async () => {
    const clock = handClock();
    const limit = new TimeLimit(source(), { signal: new AbortController().signal, clock });
    await limit.during(async () => expect(clock.timers.size).toBe(1));
    await limit.during(() => Promise.reject(new Error('refused'))).catch(() => {});
    expect(clock.timers.size).toBe(0);
  });

  it('is as long as it says, even where that is more than a timer can be', async () => {
    const limit = new TimeLimit(source('99999999m'), new AbortController());
    await limit.during(() => sleep(20));
    expect(limit.signal.aborted).toBe(false);
  });

  it('ends a stream in whose pauses the time ran out, and leaves its reader the time that he takes', async () => {
    const clock = handClock();
    const limit = new TimeLimit(source('1s'), { signal: new AbortController().signal, clock });
    let closed = false;
    async function* slow(): AsyncGenerator<Uint8Array> {
      try {
        for (let at = 0; ; at++) {
          clock.pass(300);
          limit.signal.throwIfAborted();
          yield Uint8Array.of(at);
        }
      } finally {
        closed = true;
      }
    }
    const read: number[] = [];
    const reading = async () => {
      for await (const [at = -1] of limit.pieces(slow())) {
        read.push(at);
        clock.pass(5000);
      }
    };
    await expect(reading()).rejects.toThrow('it took longer than 1s');
    expect([read, closed]).toEqual([[0, 1, 2], true]);
  });

  it('closes a stream that is not read to its end', async () => {
    const limit = new TimeLimit(source(), new AbortController());
    let closed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield new Uint8Array(1);
      } finally {
        closed = true;
      }
    }
    for await (const piece of limit.pieces(endless())) if (piece.length > 0) break;
    expect(closed).toBe(true);
  });
});
