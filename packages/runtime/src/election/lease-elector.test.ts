import { type KubeObject, sleep } from '@gitops-toolkit/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { FakeClock } from '../fake-clock.ts';
import { ProcessClock } from '../simulation/process-clock.ts';
import { MemoryCluster } from '../testing/memory-cluster.ts';
import { statusError } from '../testing/scripted-list-watch.ts';
import { type Leadership, LeaseElector, type LeaseElectorOptions } from './lease-elector.ts';
import { microTime, readLease } from './lease-record.ts';

const leaseKey = 'coordination.k8s.io|Lease|flux-system|site-controller';
const lease = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  namespace: 'flux-system',
  name: 'site-controller',
};

let clock: FakeClock;
let cluster: MemoryCluster;
let ended: AbortController;
let leaders: Leadership[];
beforeEach(() => {
  clock = new FakeClock('2026-03-01T10:00:00.123Z');
  cluster = new MemoryCluster();
  ended = new AbortController();
  leaders = [];
});
afterEach(() => {
  ended.abort();
  for (const leader of leaders) leader.abandon();
});

function elector(identity: string, options: Partial<LeaseElectorOptions> = {}): LeaseElector {
  const { name, namespace } = lease;
  return new LeaseElector({
    client: cluster.client,
    name,
    namespace,
    identity,
    clock,
    random: () => 0,
    ...options,
  });
}

/** Begins to compete; tells when it leads. */
function compete(identity: string): { leadership: Leadership | undefined } {
  const state: { leadership: Leadership | undefined } = { leadership: undefined };
  void elector(identity)
    .acquire({ signal: ended.signal })
    .then((leadership) => {
      state.leadership = leadership;
      leaders.push(leadership);
    })
    .catch(() => {});
  return state;
}

function spec(): Record<string, unknown> {
  return cluster.objects.get(leaseKey)?.['spec'] as Record<string, unknown>;
}

describe('2.8 LeaseElector.acquire', () => {
  it('makes the lease where there is none', async () => {
    const a = compete('pod-a');
    await clock.advance(0);
    expect(a.leadership?.token).toBe(0);
    expect(spec()).toEqual({
      holderIdentity: 'pod-a',
      leaseDurationSeconds: 15,
      acquireTime: '2026-03-01T10:00:00.123000Z',
      renewTime: '2026-03-01T10:00:00.123000Z',
      leaseTransitions: 0,
    });
  });

  it('waits while another holds and renews it', async () => {
    const a = compete('pod-a');
    await clock.advance(0);
    const b = compete('pod-b');
    await clock.advance(120_000);
    expect(a.leadership?.lost.aborted).toBe(false);
    expect(b.leadership).toBeUndefined();
    expect(spec()).toMatchObject({ holderIdentity: 'pod-a', acquireTime: '2026-03-01T10:00:00.123000Z' });
  });

  it('takes the lease of a leader that went silent, after its time as we see it', async () => {
    const a = compete('pod-a');
    await clock.advance(0);
    const b = compete('pod-b');
    await clock.advance(0);
    a.leadership?.abandon();
    await clock.advance(14_000);
    expect(b.leadership).toBeUndefined();
    await clock.advance(4000);
    expect(b.leadership?.token).toBe(1);
    expect(spec()).toMatchObject({ holderIdentity: 'pod-b', leaseTransitions: 1 });
  });

  it('trusts no clock of another machine', async () => {
    const record = {
      holderIdentity: 'pod-z',
      leaseDurationSeconds: 15,
      renewTime: '1999-01-01T00:00:00.000000Z',
      leaseTransitions: 4,
    };
    cluster.put({
      apiVersion: lease.apiVersion,
      kind: lease.kind,
      metadata: { namespace: lease.namespace, name: lease.name },
      spec: record,
    });
    const b = compete('pod-b');
    await clock.advance(0);
    clock.setWallClock('2030-01-01T00:00:00Z');
    await clock.advance(14_000);
    expect(b.leadership).toBeUndefined();
    await clock.advance(2000);
    expect(b.leadership?.token).toBe(5);
  });

  it('takes a lease at once that was given back, or that is its own from before', async () => {
    const a = compete('pod-a');
    await clock.advance(0);
    await a.leadership?.release();
    expect(spec()).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
    const b = compete('pod-b');
    await clock.advance(0);
    expect(b.leadership?.token).toBe(1);
    b.leadership?.abandon();
    const again = compete('pod-b');
    await clock.advance(0);
    expect(again.leadership?.token).toBe(1);
  });

  it('lets one of two win that try at the same time', async () => {
    const [a, b] = [compete('pod-a'), compete('pod-b')];
    await clock.advance(10_000);
    expect([a, b].filter((each) => each.leadership !== undefined)).toHaveLength(1);
  });

  it('tries again where the API server does not answer, and gives up with its signal', async () => {
    cluster.onRequest = () => {
      throw statusError(503, 'ServiceUnavailable');
    };
    const a = compete('pod-a');
    await clock.advance(10_000);
    expect(a.leadership).toBeUndefined();
    cluster.onRequest = () => {};
    await clock.advance(2000);
    expect(a.leadership).toBeDefined();
    const waiting = elector('pod-b').acquire({ signal: ended.signal });
    const outcome = waiting.catch((error: unknown) => error);
    ended.abort(new Error('shutting down'));
    expect(await outcome).toMatchObject({ message: 'shutting down' });
  });
});

describe('2.8 Leadership', () => {
  it('is renewed without a read', async () => {
    let reads = 0;
    const acquired = elector('pod-a', { onRead: () => reads++ }).acquire({ signal: ended.signal });
    leaders.push(await acquired);
    expect(reads).toBe(1);
    cluster.requests.length = 0;
    await clock.advance(10_000);
    expect(new Set(cluster.requests)).toEqual(new Set(['update Lease/flux-system/site-controller']));
    expect(spec()['renewTime']).toBe('2026-03-01T10:00:10.123000Z');
    expect(reads).toBe(1);
  });

  it('survives a while without an API server', async () => {
    const a = compete('pod-a');
    await clock.advance(0);
    cluster.onRequest = () => {
      throw statusError(500, 'InternalError');
    };
    await clock.advance(7000);
    expect(a.leadership?.lost.aborted).toBe(false);
    cluster.onRequest = () => {};
    await clock.advance(30_000);
    expect(a.leadership?.lost.aborted).toBe(false);
  });

  it('survives others that write to the lease without taking it', async () => {
    const a = compete('pod-a');
    await clock.advance(0);
    const object = cluster.objects.get(leaseKey) as KubeObject;
    cluster.put({ ...object, metadata: { ...object.metadata, labels: { touched: 'yes' } } });
    await clock.advance(20_000);
    expect(a.leadership?.lost.aborted).toBe(false);
  });

  it('is lost when it was not renewed in time: RUNTIME_LEASE_LOST', async () => {
    const a = compete('pod-a');
    await clock.advance(0);
    cluster.onRequest = () => {
      throw statusError(500, 'InternalError');
    };
    await clock.advance(10_000);
    expect(a.leadership?.lost.reason).toMatchObject({ code: 'RUNTIME_LEASE_LOST' });
    await a.leadership?.release();
    expect(spec()).toMatchObject({ holderIdentity: 'pod-a' });
  });

  it('is lost in time also where a request hangs', async () => {
    const a = compete('pod-a');
    await clock.advance(0);
    (cluster.client as unknown as { update: unknown }).update = () => new Promise(() => {});
    await clock.advance(10_000);
    expect(a.leadership?.lost.aborted).toBe(true);
  });

  it('is not held when it has expired, also where the whole process stood still and no timer came', async () => {
    const process = new ProcessClock(clock, { skewMs: 0 });
    void elector('pod-a', { clock: process })
      .acquire({ signal: ended.signal })
      .then((leadership) => leaders.push(leadership));
    await clock.advance(0);
    const [leader] = leaders;
    process.sleep();
    await clock.advance(14_999);
    expect(leader?.isHeld).toBe(true);
    await clock.advance(1);
    expect(leader?.isHeld).toBe(false);
    expect(leader?.lost.aborted).toBe(false);
  });

  it('lasts from when a renewal was sent, not from when its answer came', async () => {
    const a = compete('pod-a');
    await clock.advance(0);
    const { client } = cluster as unknown as {
      client: { update: (object: KubeObject) => Promise<KubeObject> };
    };
    const update = client.update.bind(client);
    client.update = async (object) => {
      const written = await update(object);
      await sleep(4000, { clock });
      cluster.onRequest = () => {
        throw statusError(500, 'InternalError');
      };
      return written;
    };
    // Sent after 2 s, answered after 6 s.
    await clock.advance(11_999);
    expect(a.leadership?.lost.aborted).toBe(false);
    await clock.advance(1);
    expect(a.leadership?.lost.aborted).toBe(true);
  });

  it('is lost at once when another has taken the lease', async () => {
    const a = compete('pod-a');
    await clock.advance(0);
    const object = cluster.objects.get(leaseKey) as KubeObject;
    cluster.put({ ...object, spec: { ...spec(), holderIdentity: 'pod-b' } });
    await clock.advance(2000);
    expect(a.leadership?.lost.reason).toMatchObject({ message: 'the lease is lost: pod-b has taken it' });
  });

  it('is not given back where another has it, and says so where it cannot be', async () => {
    const lines: string[] = [];
    const logger = {
      trace() {},
      debug() {},
      info() {},
      error: (line: string) => lines.push(line),
      with: () => logger,
    };
    const leadership = await elector('pod-a', { logger }).acquire({ signal: ended.signal });
    cluster.onRequest = () => {
      throw statusError(500, 'InternalError');
    };
    await leadership.release();
    expect(lines).toEqual(['the lease could not be given back']);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('2.8 LeaseElector', () => {
  it.each([
    { identity: '' },
    { identity: 'a', leaseDurationMs: 10_000, renewDeadlineMs: 10_000 },
    { identity: 'a', renewDeadlineMs: 2300, retryPeriodMs: 2000 },
    { identity: 'a', leaseDurationMs: 900, renewDeadlineMs: 500, retryPeriodMs: 100 },
  ])('refuses what cannot work: RUNTIME_OPTION_INVALID %o', ({ identity, ...times }) => {
    expect(() => elector(identity, times)).toThrow(
      expect.objectContaining({ code: 'RUNTIME_OPTION_INVALID' }),
    );
  });
});

describe('2.8 lease records', () => {
  it('are read whatever they hold, and have times with microseconds', () => {
    expect(
      readLease({
        apiVersion: 'v1',
        kind: 'Lease',
        metadata: {},
        spec: { holderIdentity: 5, leaseTransitions: '1' },
      }),
    ).toEqual({
      holder: '',
      durationSeconds: 0,
      acquireTime: undefined,
      renewTime: undefined,
      transitions: 0,
    });
    expect(microTime(Date.UTC(2026, 0, 1))).toBe('2026-01-01T00:00:00.000000Z');
  });
});
