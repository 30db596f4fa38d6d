import type { KubeObject } from '@gitops-toolkit/core';
import { conditions } from '@gitops-toolkit/runtime';
import { describe, expect, it } from 'vitest';
import { Line } from '../testing/line.ts';

const configMap = (name: string, text: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: default}\ndata: {text: "${text}"}\n`;
const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: default}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1"}]}
`;
const exceeded = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' };
const textOf = (object: KubeObject | undefined) => (object?.['data'] as { text?: string } | undefined)?.text;

describe('variables', () => {
  it('are waited for, and a labelled ConfigMap that changes is applied at once', async () => {
    await using line = await Line.start({ files: { 'a.yaml': configMap('greeting', 'hello ${NAME}') } });
    const postBuild = { substituteFrom: [{ kind: 'ConfigMap', name: 'names' }] };
    await line.deploy({ kustomization: { postBuild } });
    // CONTROLLERS_VARIABLES_INVALID
    await line.untilReady('Kustomization', 'False', {
      reason: 'BuildFailed',
      text: "substitute from 'ConfigMap/names' error: not found",
    });

    const names = { name: 'names', namespace: 'default', labels: { 'reconcile.fluxcd.io/watch': 'Enabled' } };
    await line.client.create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: names,
      data: { NAME: 'world' },
    });
    await line.until(line.ref('ConfigMap', 'greeting'), (object) => textOf(object) === 'hello world');

    await line.client.patch(line.ref('ConfigMap', 'names'), {
      type: 'merge',
      body: { data: { NAME: 'moon' } },
    });
    await line.until(line.ref('ConfigMap', 'greeting'), (object) => textOf(object) === 'hello moon');
  });
});

describe('a source', () => {
  it('is read without a watch where that is told, and ConfigMaps are not watched where that is', async () => {
    await using line = await Line.start({
      files: { 'a.yaml': configMap('greeting', 'hello') },
      kustomizations: { directSourceFetch: true, watchConfigs: false },
    });
    await line.deploy();
    await line.untilReady('Kustomization', 'True');
    expect(line.requests).toContain('GET gitrepositories/app');
    expect(line.watched).not.toContain('configmaps');
  });
});

describe('health', () => {
  it('names what is not healthy in time, and passes as soon as it is', async () => {
    await using line = await Line.start({ files: { 'web.yaml': deployment } });
    await line.deploy({ kustomization: { wait: true, timeout: '300ms' } });
    const failed = await line.untilReady('Kustomization', 'False', {
      reason: 'HealthCheckFailed',
      text: "Deployment/default/web status: 'InProgress'",
    });
    expect(conditions.isFalse(failed, 'Healthy')).toBe(true);
    expect(conditions.messageOf(failed, 'Ready')).toMatch(
      /^health check failed after .+: timeout waiting for: \[/,
    );
    await line.rollOut('web');
    const ready = await line.untilReady('Kustomization', 'True');
    expect(conditions.isTrue(ready, 'Healthy')).toBe(true);
  });

  it('gives up with the first object that failed, or waits for the others, too', async () => {
    const other = deployment.replace('name: web', 'name: other');
    for (const [failFast, text] of [
      [true, "failed early due to stalled resources: [Deployment/default/web status: 'Failed'"],
      [
        false,
        "timeout waiting for: [Deployment/default/other status: 'InProgress', Deployment/default/web status: 'Failed'",
      ],
    ] as const) {
      await using line = await Line.start({
        files: { 'web.yaml': `${deployment}---\n${other}` },
        kustomizations: { failFast },
      });
      await line.deploy({ kustomization: { wait: true, timeout: '1s' } });
      await line.until(line.ref('Deployment', 'web'), () => true);
      const body = { status: { observedGeneration: 1, conditions: [exceeded] } };
      await line.client.patch(
        line.ref('Deployment', 'web'),
        { type: 'merge', body },
        { subresource: 'status' },
      );
      await line.untilReady('Kustomization', 'False', { reason: 'HealthCheckFailed', text });
    }
  });

  it('is no longer awaited when something newer is there to apply', async () => {
    // CONTROLLERS_UNHEALTHY is the cause of the reason HealthCheckCanceled.
    await using line = await Line.start({
      files: { 'web.yaml': deployment },
      kustomizations: { cancelHealthCheckOnNewRevision: true },
    });
    await line.deploy({ kustomization: { wait: true, timeout: '10m' } });
    await line.untilReady('Kustomization', 'Unknown');
    await line.push({ files: { 'web.yaml': configMap('web', 'no Deployment any more') } });
    await line.untilApplied();
  });
});

describe('suspension and deletion', () => {
  it('leaves a suspended object alone, and never deletes for it', async () => {
    await using line = await Line.start({ files: { 'a.yaml': configMap('kept', 'one') } });
    await line.deploy();
    await line.untilApplied();
    await line.client.patch(line.ref('Kustomization'), { type: 'merge', body: { spec: { suspend: true } } });
    await line.push({ files: { 'a.yaml': configMap('kept', 'two') } });
    await line.untilReady('GitRepository', 'True');
    await line.runAgain('Kustomization');
    expect(textOf(await line.client.find(line.ref('ConfigMap', 'kept')))).toBe('one');
    await line.client.delete(line.ref('Kustomization'));
    await line.untilGone(line.ref('Kustomization'));
    expect(await line.client.find(line.ref('ConfigMap', 'kept'))).toBeDefined();
  });

  it('does with the objects what the deletion policy says', async () => {
    await using line = await Line.start({ files: { 'a.yaml': configMap('kept', 'one') } });
    await line.deploy({ kustomization: { deletionPolicy: 'Orphan' } });
    await line.untilApplied();
    await line.client.delete(line.ref('Kustomization'));
    await line.untilGone(line.ref('Kustomization'));
    expect(await line.client.find(line.ref('ConfigMap', 'kept'))).toBeDefined();
  });
});

describe('objects that authors steer', () => {
  it('are not pruned where a label says so, and not applied over what is there', async () => {
    const steered = configMap('seed', 'one').replace(
      'namespace: default',
      'namespace: default, annotations: {kustomize.toolkit.fluxcd.io/ssa: IfNotPresent}',
    );
    const kept = configMap('kept', 'one').replace(
      'namespace: default',
      'namespace: default, labels: {kustomize.toolkit.fluxcd.io/prune: disabled}',
    );
    await using line = await Line.start({ files: { 'seed.yaml': steered, 'kept.yaml': kept } });
    await line.deploy();
    await line.untilApplied();
    await line.push({ files: { 'seed.yaml': steered.replace('one', 'two') }, delete: ['kept.yaml'] });
    await line.untilApplied();
    expect(textOf(await line.client.find(line.ref('ConfigMap', 'seed')))).toBe('one');
    expect(await line.client.find(line.ref('ConfigMap', 'kept'))).toBeDefined();
  });

  it('stay on record when an apply fails in the middle, and nothing is pruned', async () => {
    const broken =
      'apiVersion: v1\nkind: Service\nmetadata: {name: bad_name, namespace: default}\nspec: {ports: [{port: 80}]}\n';
    await using line = await Line.start({ files: { 'a.yaml': configMap('first', 'one') } });
    await line.deploy();
    await line.untilApplied();
    await line.push({ files: { 'broken.yaml': broken }, delete: ['a.yaml'] });
    await line.untilReady('Kustomization', 'False', {
      reason: 'ReconciliationFailed',
      text: 'Service/default/bad_name dry-run failed',
    });
    expect(await line.client.find(line.ref('ConfigMap', 'first'))).toBeDefined();
    await line.push({ files: { 'b.yaml': configMap('second', 'two') }, delete: ['broken.yaml'] });
    await line.untilApplied();
    await line.untilGone(line.ref('ConfigMap', 'first'));
  });
});
