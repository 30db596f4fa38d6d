import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Deadline } from './deadline.ts';
import { ManualClock } from './testdata/manual-clock.ts';

describe('Deadline', () => {
  it('ends after its time', async () => {
    const clock = new ManualClock();
    using deadline = new Deadline({ timeoutMs: 100, clock });
    await clock.advance(99);
    expect(deadline.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(deadline.signal.reason).toMatchObject({ code: 'KUBE_TIMEOUT', retry: 'backoff' });
  });

  it('has no end where the time is 0', async () => {
    const clock = new ManualClock();
    using deadline = new Deadline({ timeoutMs: 0, clock });
    await clock.advance(1e9);
    expect(deadline.signal.aborted).toBe(false);
  });

  it('ends with the caller, whose signal may have ended before', () => {
    const caller = new AbortController();
    using deadline = new Deadline({ signal: caller.signal, timeoutMs: 100, clock: new ManualClock() });
    caller.abort('stop');
    expect(deadline.signal.reason).toBe('stop');
    using late = new Deadline({ signal: caller.signal, timeoutMs: 100, clock: new ManualClock() });
    expect(late.signal.reason).toBe('stop');
  });

  it('lets go of the signal of the caller', () => {
    const caller = new AbortController();
    {
      using _deadline = new Deadline({ signal: caller.signal, timeoutMs: 100, clock: new ManualClock() });
      expect(getEventListeners(caller.signal, 'abort')).toHaveLength(1);
    }
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0);
  });
});
