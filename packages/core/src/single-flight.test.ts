import { describe, expect, it } from 'vitest';
import { sleep } from './clock.ts';
import { SingleFlight } from './single-flight.ts';

const enough = new Error('enough');

describe('SingleFlight', () => {
  it('does the work of a key once for all who wait for it, and anew for those who come later', async () => {
    const flight = new SingleFlight<number>();
    let times = 0;
    const work = async (): Promise<number> => {
      await sleep(5);
      return ++times;
    };
    const both = () => Promise.all([flight.run('a', work), flight.run('a', work)]);
    expect(await both()).toEqual([1, 1]);
    expect(await both()).toEqual([2, 2]);
    expect(await Promise.all([flight.run('a', work), flight.run('b', work)])).toEqual([3, 4]);
  });

  it('tells all who wait of a failure', async () => {
    const flight = new SingleFlight<number>();
    const failing = () => Promise.reject(new Error('refused'));
    for (const waiting of [flight.run('a', failing), flight.run('a', failing)])
      await expect(waiting).rejects.toThrow('refused');
  });

  it('keeps nothing of work that fails before it begins', async () => {
    const flight = new SingleFlight<string>();
    const broken = (): Promise<string> => {
      throw new Error('not a key');
    };
    await expect(flight.run('a', broken)).rejects.toThrow('not a key');
    expect(await flight.run('a', async () => 'token')).toBe('token');
  });

  it('goes on for the others where whoever does it is ended', async () => {
    const flight = new SingleFlight<string>();
    const stop = new AbortController();
    let times = 0;
    const work = (signal?: AbortSignal) => async () => {
      times++;
      await sleep(20, signal ? { signal } : {});
      return 'token';
    };
    const ended = flight.run('a', work(stop.signal), stop.signal);
    const others = [flight.run('a', work()), flight.run('a', work())];
    stop.abort(enough);
    await expect(ended).rejects.toBe(enough);
    expect(await Promise.all(others)).toEqual(['token', 'token']);
    expect(times).toBe(2);
  });

  it('lets nobody wait longer than his own signal does', async () => {
    const flight = new SingleFlight<string>();
    const { promise, resolve } = deferred();
    const doing = flight.run('a', () => promise);
    const stop = new AbortController();
    const waiting = flight.run('a', () => promise, stop.signal);
    stop.abort(enough);
    await expect(waiting).rejects.toBe(enough);
    resolve('token');
    expect(await doing).toBe('token');
  });
});

function deferred(): { promise: Promise<string>; resolve: (value: string) => void } {
  let resolve = (_value: string): void => {};
  const promise = new Promise<string>((done) => (resolve = done));
  return { promise, resolve };
}
