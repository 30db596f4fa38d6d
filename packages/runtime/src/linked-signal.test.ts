import { describe, expect, it } from 'vitest';

import { LinkedSignal } from './linked-signal.ts';

describe('LinkedSignal', () => {
  it('is aborted with the first of its sources, and for its reason', () => {
    const [one, two] = [new AbortController(), new AbortController()];
    const linked = new LinkedSignal(one.signal, two.signal);
    expect(linked.signal.aborted).toBe(false);
    two.abort(new Error('second'));
    one.abort(new Error('first'));
    expect(linked.signal.reason).toMatchObject({ message: 'second' });
  });

  it('is aborted from the start where a source is', () => {
    const source = new AbortController();
    source.abort(new Error('before'));
    expect(new LinkedSignal(new AbortController().signal, source.signal).signal.reason).toMatchObject({
      message: 'before',
    });
  });

  it('lets go of its sources when it is disposed', () => {
    const source = new AbortController();
    const linked = new LinkedSignal(source.signal);
    linked[Symbol.dispose]();
    source.abort();
    expect(linked.signal.aborted).toBe(false);
  });
});
