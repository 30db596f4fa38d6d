import { describe, expect, it } from 'vitest';
import { recordHistory } from './history.ts';

const entry = (digest: string, time: string, status = 'ReconciliationSucceeded') => ({
  digest,
  status,
  time,
  duration: '1.2s',
  metadata: { revision: 'main@sha1:aaaa' },
});

describe('2.12 recordHistory', () => {
  it('counts runs of the same content and outcome, the newest first', () => {
    let history = recordHistory(undefined, entry('sha256:a', '2026-11-22T10:00:00Z'));
    history = recordHistory(history, entry('sha256:b', '2026-11-22T10:01:00Z'));
    history = recordHistory(history, entry('sha256:a', '2026-11-22T10:02:00Z'));
    expect(history).toMatchObject([
      {
        digest: 'sha256:a',
        totalReconciliations: 2,
        firstReconciled: '2026-11-22T10:00:00Z',
        lastReconciled: '2026-11-22T10:02:00Z',
      },
      { digest: 'sha256:b', totalReconciliations: 1 },
    ]);
  });

  it('tells a failure from a success of the same content', () => {
    const good = recordHistory(undefined, entry('sha256:a', '2026-11-22T10:00:00Z'));
    expect(recordHistory(good, entry('sha256:a', '2026-11-22T10:01:00Z', 'HealthCheckFailed'))).toHaveLength(
      2,
    );
  });

  it('keeps five entries', () => {
    let history = recordHistory(undefined, entry('sha256:0', '2026-11-22T10:00:00Z'));
    for (let i = 1; i < 9; i++)
      history = recordHistory(history, entry(`sha256:${i}`, '2026-11-22T10:00:00Z'));
    expect(history.map((snapshot) => snapshot.digest)).toEqual([
      'sha256:8',
      'sha256:7',
      'sha256:6',
      'sha256:5',
      'sha256:4',
    ]);
  });
});
