import { KubeClient } from '@gitops-toolkit/kube';
import { describe, expect, it, onTestFinished } from 'vitest';

import { startTestServer } from '../testing/test-cluster.ts';
import { seriesEventSink } from './series-event-sink.ts';

const never = new AbortController().signal;

describe('2.11 events of events.k8s.io', () => {
  it('are what the API server takes, and kubectl shows', async () => {
    const server = await startTestServer();
    onTestFinished(() => server.stop());
    await using client = new KubeClient(server.config);
    const sink = seriesEventSink({ client, component: 'site-controller', instance: 'pod-1' });
    const metadata = { 'example.com/revision': 'main@sha1:1' };
    const object = {
      apiVersion: 'example.com/v1',
      kind: 'Site',
      metadata: { namespace: 'default', name: 'shop', uid: 'uid-1' },
    };
    const message = 'x'.repeat(5000);
    const event = { object, type: 'Warning', reason: 'Failed', action: 'Apply', message, metadata } as const;
    for (let i = 0; i < 5; i++) await sink.send(event, never);
    await sink.flush?.(never);
    sink.close?.();
    const options = { fieldSelector: 'regarding.name=shop' };
    const { items } = await client.list({ apiVersion: 'events.k8s.io/v1', kind: 'Event' }, options);
    expect(items).toMatchObject([
      {
        metadata: { annotations: metadata },
        reportingController: 'site-controller',
        reportingInstance: 'pod-1',
        regarding: { kind: 'Site', name: 'shop', uid: 'uid-1' },
        type: 'Warning',
        reason: 'Failed',
        action: 'Apply',
        note: `${'x'.repeat(1021)}...`,
        series: { count: 5 },
      },
    ]);
  });
});
