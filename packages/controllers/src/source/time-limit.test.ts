import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { TimeLimit } from './time-limit.ts';

const aborted = (signal: AbortSignal) => sleep(60_000, undefined, { signal });

describe('TimeLimit', () => {
  it('is for all parts of an operation together', async () => {
    using limit = new TimeLimit({ timeout: '200ms' }, new AbortController().signal);
    await limit.during(() => sleep(50));
    await expect(limit.during(() => aborted(limit.signal))).rejects.toMatchObject({
      code: 'CONTROLLERS_TIMEOUT',
      message: 'it took longer than 200ms',
      hint: expect.stringContaining('spec.timeout') as string,
    });
    await expect(limit.during(() => Promise.reject(new Error('not begun')))).rejects.toThrow(
      'it took longer',
    );
  });

  it('leaves failures and the end of the run as they are', async () => {
    const run = new AbortController();
    using limit = new TimeLimit({}, run.signal);
    await expect(limit.during(() => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    const waiting = limit.during(() => aborted(limit.signal));
    run.abort(new Error('the run has ended'));
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    expect(limit.signal.reason).toMatchObject({ message: 'the run has ended' });
  });

  it('is over with the operation', async () => {
    const run = new AbortController();
    const limit = new TimeLimit({ timeout: '20ms' }, run.signal);
    limit[Symbol.dispose]();
    await sleep(50);
    expect(limit.signal.aborted).toBe(false);
  });
});
