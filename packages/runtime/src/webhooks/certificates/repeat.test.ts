import { silentLogger, systemClock } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';

import { eventually } from '../../testing/test-cluster.ts';
import { repeat } from './repeat.ts';

describe('work that is repeated', () => {
  it('is done once more where it is hurried while it goes on: what it looked at may have changed since', async () => {
    let times = 0;
    let endFirst = () => {};
    const work = async () => {
      times++;
      if (times === 1) await new Promise<void>((resolve) => (endFirst = resolve));
    };
    await using repetition = repeat(work, {
      everyMs: 3_600_000,
      clock: systemClock,
      logger: silentLogger,
      what: 'looking',
    });
    repetition.hurry();
    await eventually(() => times === 1, 'the work goes on');
    repetition.hurry();
    endFirst();
    await eventually(() => times > 1, 'it is done once more');
    expect(times).toBe(2);
  });
});
