import type { KubeObject } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { Line } from './testing/line.ts';

const deployment = (image: string) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: web, image: "${image}", ports: [{ containerPort: 8080 }] }
`;
const files = {
  'kustomization.yaml':
    'namespace: default\nresources: [web.yaml, banner.yaml]\nconfigMapGenerator:\n- name: settings\n  literals: [LEVEL=info]\n',
  'web.yaml': deployment('nginx:1.28'),
  'banner.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: banner}\ndata: {text: hello}\n',
};
const imageOf = (object: KubeObject) =>
  (object['spec'] as { template: { spec: { containers: { image: string }[] } } }).template.spec.containers[0]
    ?.image;

describe('the line from a commit to a ready object', () => {
  it('applies, updates, prunes, and clears up', async () => {
    await using line = await Line.start({ files });
    await line.deploy({ kustomization: { wait: true, timeout: '15s' } });
    await line.untilReady('Kustomization', 'Unknown');
    await line.rollOut('web');
    const applied = await line.untilApplied();
    expect(imageOf(await line.client.get(line.ref('Deployment', 'web')))).toBe('nginx:1.28');
    const { inventory } = applied['status'] as { inventory: { entries: { id: string; v: string }[] } };
    expect(inventory.entries.map((entry) => entry.id).toSorted()).toEqual([
      'default_banner__ConfigMap',
      expect.stringMatching(/^default_settings-[a-z0-9]{10}__ConfigMap$/),
      'default_web_apps_Deployment',
    ]);

    await line.push({
      files: {
        'web.yaml': deployment('nginx:1.29'),
        'kustomization.yaml': 'namespace: default\nresources: [web.yaml]\n',
      },
      delete: ['banner.yaml'],
    });
    await line.until(line.ref('Deployment', 'web'), (object) => imageOf(object) === 'nginx:1.29');
    await line.rollOut('web');
    await line.untilApplied();
    expect(imageOf(await line.client.get(line.ref('Deployment', 'web')))).toBe('nginx:1.29');
    expect(await line.client.find(line.ref('ConfigMap', 'banner'))).toBeUndefined();
    expect((await line.events('Kustomization')).map((event) => event.message).join('\n')).toContain(
      'ConfigMap/default/banner deleted',
    );

    await line.client.delete(line.ref('Kustomization'));
    await line.untilGone(line.ref('Kustomization'));
    expect(await line.client.find(line.ref('Deployment', 'web'))).toBeUndefined();
  });

  it('asks the API server for as little as can be', async () => {
    const one = {
      ...files,
      'kustomization.yaml': 'namespace: default\nresources: [web.yaml, banner.yaml]\n',
    };
    await using line = await Line.start({ files: one, requeueDependencyMs: 30_000 });
    const ofObjects = () =>
      line.requests.splice(0).filter((request) => /deployments|configmaps/.test(request));
    // A run more, which only looks, is no harm: the source may be noticed again while its first consumer runs.
    const written = () => ofObjects().filter((request) => request.startsWith('PATCH'));
    await line.deploy();
    await line.untilApplied();
    // Each is new: one request writes it, and none asks about it before.
    expect(written()).toEqual(['PATCH configmaps/banner', 'PATCH deployments/web']);
    // That its source was not ready at first was no news.
    const texts = (await line.events('Kustomization')).map(({ message }) => message);
    expect(texts.filter((text) => text.includes('not ready'))).toEqual([]);

    await line.push({ files: { 'web.yaml': deployment('nginx:1.29') } });
    await line.untilApplied();
    expect(written()).toEqual(['PATCH deployments/web']);
    await line.runAgain('Kustomization');
    expect(new Set(ofObjects())).toEqual(new Set(['GET configmaps/banner', 'GET deployments/web']));

    // Who asks gets a thorough look.
    await line.reconcileNow('Kustomization');
    await line.until(line.ref('Kustomization'), ({ metadata, ...object }) => {
      const handled = (object['status'] as { lastHandledReconcileAt?: string }).lastHandledReconcileAt;
      return handled === metadata.annotations?.['reconcile.fluxcd.io/requestedAt'];
    });
    expect(ofObjects().filter((request) => request.endsWith(' dry'))).toHaveLength(2);
  });

  it('brings back what somebody else changed', async () => {
    await using line = await Line.start({ files });
    await line.deploy();
    await line.untilApplied();
    const body = { spec: { template: { spec: { containers: [{ name: 'web', image: 'nginx:mine' }] } } } };
    await line.client.patch(line.ref('Deployment', 'web'), { type: 'strategic', body });
    await line.reconcileNow('Kustomization');
    await line.until(line.ref('Deployment', 'web'), (object) => imageOf(object) === 'nginx:1.28');
  });

  it('goes on where the controllers were restarted', async () => {
    await using line = await Line.start({ files });
    await line.deploy();
    await line.untilApplied();
    await line.restartControllers();
    await line.push({ files: { 'web.yaml': deployment('nginx:1.30') } });
    await line.untilApplied();
    expect(imageOf(await line.client.get(line.ref('Deployment', 'web')))).toBe('nginx:1.30');
  });
});
