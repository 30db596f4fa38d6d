import type { Clock, KubeObject } from '@gitops-toolkit/core';
import { isConflict, isGone, KubeClient, KubeError } from '@gitops-toolkit/kube';
import { describe, expect, it } from 'vitest';

import type { Fault, FaultRule } from '../../faults/fault.ts';
import { startEmbedded } from '../start-embedded.ts';

const secret: KubeObject & { metadata: { name: string; namespace: string } } = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'a', namespace: 'default' },
};
const ref = { ...secret, ...secret.metadata };

async function start(faults: FaultRule = () => undefined) {
  const server = await startEmbedded({ listen: false, simulate: false, faults });
  const client = new KubeClient(server.config, { transport: server.transport, maxRetries: 0 });
  return { server, client, [Symbol.asyncDispose]: () => server.stop() };
}

/** All timers fire at once, when the test says so. */
class ManualClock implements Clock {
  readonly #timers = new Set<() => void>();
  now = (): number => Date.UTC(2026, 0);
  monotonic = (): number => 0;
  setTimeout(callback: () => void): () => void {
    this.#timers.add(callback);
    return () => this.#timers.delete(callback);
  }
  passAll(): void {
    const due = [...this.#timers];
    for (const callback of due) callback();
  }
}

const once = (verb: string, fault: Fault): FaultRule => {
  let isDone = false;
  return (request) => {
    if (request.verb !== verb || isDone) return undefined;
    isDone = true;
    return fault;
  };
};

const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no failure',
    (error: unknown) => error,
  );

describe('the transport of the embedded server', () => {
  it('carries reads, writes, refusals and watches, without a socket', async () => {
    await using it = await start();
    const { client } = it;
    const created = await client.create(secret);
    expect(await client.get(ref)).toEqual(created);
    const stale = { ...created, metadata: { ...created.metadata, resourceVersion: '1' } };
    expect(await failure(client.update(stale))).toSatisfy(isConflict);
    const { resourceVersion = '' } = created.metadata;
    const watch = client.watch(secret, { resourceVersion });
    const next = watch.next();
    await client.delete(ref);
    expect((await next).value).toMatchObject({ type: 'DELETED', object: { metadata: { name: 'a' } } });
    await watch.return();
  });

  it('asks who is there, as over sockets', async () => {
    await using it = await start();
    const { transport, config } = it.server;
    const stranger = new KubeClient({ ...config, token: 'guessed' }, { transport });
    expect(await failure(stranger.get(ref))).toMatchObject({ status: 401 });
  });

  it.each<[string, Fault]>([
    ['a lost request', { drop: true }],
    ['a lost answer', { answer: 'lost' }],
    ['a torn answer', { answer: 'torn' }],
  ])('breaks at %s', async (_name, fault) => {
    await using it = await start(once('create', fault));
    expect(await failure(it.client.create(secret))).toMatchObject({ code: 'KUBE_NETWORK' });
    expect((await it.client.find(ref)) !== undefined).toBe(fault.drop === undefined);
  });

  it('ends with the signal of the call, and lets the server know', async () => {
    await using it = await start();
    const stop = new AbortController();
    const watch = it.client.watch(secret, { signal: stop.signal, resourceVersion: '1' });
    const next = failure(watch.next());
    await new Promise((resolve) => setImmediate(resolve));
    stop.abort(new Error('enough'));
    expect(await next).toMatchObject({ message: 'enough' });
    // Nothing is written to a watcher that is gone.
    await it.client.create(secret);
  });

  it('delivers what came before a break, and then the break', async () => {
    await using it = await start(once('watch', { watch: { afterEvents: 1, end: 'dropped' } }));
    const watch = it.client.watch(secret, { resourceVersion: '1', namespace: 'default' });
    const next = watch.next();
    await new Promise((resolve) => setImmediate(resolve));
    for (const name of ['a', 'b'])
      await it.client.create({ ...secret, metadata: { ...secret.metadata, name } });
    expect((await next).value).toMatchObject({ type: 'ADDED' });
    expect(await failure(watch.next())).toMatchObject({ code: 'KUBE_NETWORK' });
  });

  it('takes a watch with it when the server stops', async () => {
    await using it = await start();
    const next = failure(it.client.watch(secret, { resourceVersion: '1' }).next());
    await new Promise((resolve) => setImmediate(resolve));
    await it.server.stop();
    expect(await next).toBeInstanceOf(KubeError);
  });
});

describe('faults that the embedded server alone can show', () => {
  it('a stalled watch does not end either, when its time has come', async () => {
    const clock = new ManualClock();
    const faults = once('watch', { watch: { afterEvents: 0, end: 'stalled' } });
    await using server = await startEmbedded({ listen: false, simulate: false, faults, clock });
    const client = new KubeClient(server.config, { transport: server.transport });
    const outcomes: unknown[] = [];
    const stop = new AbortController();
    const { signal } = stop;
    const options = { signal, timeoutSeconds: 300, idleTimeoutMs: 0 };
    const [stalled, sound] = [client.watch(secret, options), client.watch(secret, options)];
    const ends = [stalled, sound].map((watch) => failure(watch.next()).then((end) => outcomes.push(end)));
    await new Promise((resolve) => setImmediate(resolve));
    clock.passAll();
    await ends[1];
    expect(outcomes).toHaveLength(1);
    stop.abort(new Error('enough'));
    await ends[0];
    expect(outcomes[1]).toMatchObject({ message: 'enough' });
  });

  it('a compaction makes what was read before too old', async () => {
    let compacts = false;
    await using it = await start(() => (compacts ? { compact: true } : undefined));
    const { resourceVersion = '' } = (await it.client.create(secret)).metadata;
    await it.client.delete(ref);
    compacts = true;
    expect(await failure(it.client.watch(secret, { resourceVersion }).next())).toSatisfy(isGone);
  });

  it('a stale list shows an earlier state, where the client takes what a cache has', async () => {
    await using it = await start(({ verb }) => (verb === 'list' ? { staleBy: 2 } : undefined));
    const names = async (resourceVersion?: string): Promise<unknown[]> => {
      const asked = resourceVersion === undefined ? {} : { resourceVersion };
      const { items } = await it.client.list(secret, { namespace: 'default', ...asked });
      return items.map(({ metadata }) => metadata.name);
    };
    const versions: string[] = [];
    for (const name of ['a', 'b', 'c']) {
      const { metadata } = await it.client.create({ ...secret, metadata: { ...secret.metadata, name } });
      versions.push(metadata.resourceVersion ?? '');
    }
    const [first = '', second = ''] = versions;
    expect(await names('0')).toEqual(['a']);
    expect(await names(first)).toEqual(['a']);
    expect(await names(second)).toEqual(['a', 'b']);
    expect(await names()).toEqual(['a', 'b', 'c']);
  });
});
