import { describe, expect, it } from 'vitest';
import { aborted } from './aborted.ts';

describe('aborted', () => {
  it('resolves when the signal is aborted, and at once where it is', async () => {
    const stop = new AbortController();
    let isOver = false;
    const waiting = aborted(stop.signal).then(() => (isOver = true));
    await Promise.resolve();
    expect(isOver).toBe(false);
    stop.abort();
    await waiting;
    expect(isOver).toBe(true);
    expect(await aborted(stop.signal)).toBeUndefined();
  });
});
