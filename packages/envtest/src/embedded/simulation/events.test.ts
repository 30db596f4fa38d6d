import type { KubeObject } from '@gitops-toolkit/core';
import { silentLogger, systemClock } from '@gitops-toolkit/core';
import { KubeClient } from '@gitops-toolkit/kube';
import { describe, expect, it } from 'vitest';

import { ControllerClient } from '../controllers/controller-client.ts';
import { TaskQueue } from '../controllers/task-queue.ts';
import type { EmbeddedServer } from '../embedded-server.ts';
import { createEngine } from '../engine.ts';
import { addBuiltinResources } from '../registry/builtin-registry.ts';
import { Registry } from '../registry/registry.ts';
import { startEmbedded } from '../start-embedded.ts';
import { Store } from '../store/store.ts';
import { EventRecorder } from './event-recorder.ts';

const namespace = 'default';
const workload = (app: string, image: string, more: object = {}): object => ({
  selector: { matchLabels: { app } },
  template: { metadata: { labels: { app } }, spec: { containers: [{ name: 'main', image }] } },
  ...more,
});

async function run(
  server: EmbeddedServer,
  apiVersion: string,
  kind: string,
  name: string,
  spec: object,
): Promise<void> {
  await using client = new KubeClient(server.config);
  await client.create({ apiVersion, kind, metadata: { name, namespace }, spec });
  await server.idle();
}

/** Type, reason and message of the Events about objects of a kind. */
function told(server: EmbeddedServer, kind: string): string[] {
  return server.objects
    .list({ apiVersion: 'v1', kind: 'Event' }, namespace)
    .filter((event) => (event['involvedObject'] as { kind: string }).kind === kind)
    .sort((a, b) =>
      (a.metadata.name ?? '').split('.')[1]!.localeCompare((b.metadata.name ?? '').split('.')[1]!),
    )
    .map((event) => `${String(event['type'])} ${String(event['reason'])}: ${String(event['message'])}`);
}

describe('Events', () => {
  it('tell of a Deployment that comes up', async () => {
    await using server = await startEmbedded();
    await run(server, 'apps/v1', 'Deployment', 'web', workload('web', 'web:1', { replicas: 1 }));
    const [set] = server.objects.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet' }, namespace);
    const [pod] = server.objects.list({ apiVersion: 'v1', kind: 'Pod' }, namespace);
    expect(told(server, 'Deployment')).toEqual([
      `Normal ScalingReplicaSet: Scaled up replica set ${set?.metadata.name} from 0 to 1`,
    ]);
    expect(told(server, 'ReplicaSet')).toEqual([
      `Normal SuccessfulCreate: Created pod: ${pod?.metadata.name}`,
    ]);
    expect(told(server, 'Pod')).toEqual([
      `Normal Scheduled: Successfully assigned default/${pod?.metadata.name} to node-1`,
      'Normal Pulled: Container image "web:1" already present on machine',
      'Normal Created: Created container: main',
      'Normal Started: Started container main',
    ]);
    const started = server.objects
      .list({ apiVersion: 'v1', kind: 'Event' }, namespace)
      .find((event) => event['reason'] === 'Started');
    expect(started).toMatchObject({
      count: 1,
      source: { component: 'kubelet', host: 'node-1' },
      involvedObject: { uid: pod?.metadata.uid, fieldPath: 'spec.containers{main}' },
      firstTimestamp: started?.['lastTimestamp'],
    });
  });

  it('tell why an image cannot be had', async () => {
    await using server = await startEmbedded();
    await run(server, 'apps/v1', 'StatefulSet', 'db', workload('db', 'db:bad', { serviceName: 'db' }));
    expect(told(server, 'StatefulSet')).toEqual([
      'Normal SuccessfulCreate: create Pod db-0 in StatefulSet db successful',
    ]);
    expect(told(server, 'Pod').slice(1)).toEqual([
      'Normal Pulling: Pulling image "db:bad"',
      'Warning Failed: Failed to pull image "db:bad": db:bad: not found',
      'Warning Failed: Error: ErrImagePull',
      'Normal BackOff: Back-off pulling image "db:bad"',
      'Warning Failed: Error: ImagePullBackOff',
    ]);
  });

  it('tell how Jobs end', async () => {
    await using server = await startEmbedded();
    const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'job:1' }] } };
    await run(server, 'batch/v1', 'Job', 'migrate', { template });
    const [pod] = server.objects.list({ apiVersion: 'v1', kind: 'Pod' }, namespace);
    expect(told(server, 'Job')).toEqual([
      `Normal SuccessfulCreate: Created pod: ${pod?.metadata.name}`,
      'Normal Completed: Job completed',
    ]);
  });

  it('are not there without the simulation', async () => {
    await using server = await startEmbedded({ simulate: false });
    await run(server, 'apps/v1', 'Deployment', 'web', workload('web', 'web:1'));
    expect(server.objects.list({ apiVersion: 'v1', kind: 'Event' })).toEqual([]);
  });
});

describe('EventRecorder', () => {
  function recorder(limit?: number): { record: (message: string) => void; events: () => KubeObject[] } {
    const store = new Store();
    const registry = new Registry();
    addBuiltinResources(registry);
    const engine = createEngine({
      store,
      registry,
      clock: systemClock,
      random: Math.random,
      newUid: () => crypto.randomUUID(),
    });
    const client = new ControllerClient(engine, 'test');
    client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    const events = new EventRecorder(
      { engine, client, queue: new TaskQueue(systemClock, silentLogger) },
      limit,
    );
    const object: KubeObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', namespace, uid: 'u-1' },
    };
    return {
      record: (message) => events.record({ object, reason: 'BackOff', message, component: 'kubelet' }),
      events: () => engine.list('/events', namespace) as KubeObject[],
    };
  }

  it('counts what happens again', () => {
    const { record, events } = recorder();
    for (const message of ['again', 'once', 'again']) record(message);
    expect(events().map((event) => [event['message'], event['count']])).toEqual([
      ['again', 2],
      ['once', 1],
    ]);
  });

  it('keeps no more than its limit', () => {
    const { record, events } = recorder(2);
    for (const message of ['a', 'b', 'a', 'c']) record(message);
    expect(events().map((event) => event['message'])).toEqual(['a', 'c']);
  });
});
