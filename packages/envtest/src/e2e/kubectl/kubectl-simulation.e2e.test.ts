import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { EmbeddedServer } from '../../embedded/embedded-server.ts';
import { startEmbedded } from '../../embedded/start-embedded.ts';
import { onlyOn } from '../only-on.ts';
import { findKubectl, Kubectl } from './kubectl.ts';

const program = findKubectl();
const file = 'application.yaml';

const application = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: 'web:1.0', ports: [{containerPort: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {color: blue}
`;

const options = onlyOn('embedded', 'no controllers run beside the real server that would bring Pods to life');

describe.skipIf(program === undefined)('kubectl with simulated controllers', options, () => {
  let server: EmbeddedServer;
  let runner: Kubectl;

  /** Standard output; all output where the program fails. */
  async function kubectl(...args: string[]): Promise<string> {
    const { stdout, stderr, code } = await runner.run(args);
    // Differences are no failures.
    if (code === 0 || (args[0] === 'diff' && code === 1)) return stdout;
    throw new Error(`kubectl ${args.join(' ')}: ${stdout}${stderr}`);
  }

  beforeAll(async () => {
    server = await startEmbedded();
    runner = await Kubectl.against(server, program ?? '');
    await runner.write({ [file]: application });
  });
  afterAll(async () => {
    await server.stop();
    await runner[Symbol.asyncDispose]();
  });

  it('applies, and finds nothing to change the second time', async () => {
    expect(await kubectl('apply', '-f', file)).toContain('deployment.apps/web created');
    expect(await kubectl('apply', '-f', file)).toContain('deployment.apps/web unchanged');
    expect(await kubectl('diff', '-f', file)).toBe('');
  });

  it('waits for rollouts', async () => {
    expect(await kubectl('rollout', 'status', 'deployment/web', '--timeout=10s')).toContain(
      'successfully rolled out',
    );
    expect(await kubectl('wait', 'deployment/web', '--for=condition=Available', '--timeout=10s')).toContain(
      'condition met',
    );
    expect(await kubectl('get', 'deployment', 'web')).toMatch(
      /^NAME\s+READY\s+UP-TO-DATE\s+AVAILABLE\s+AGE\nweb\s+2\/2\s+2\s+2\s/,
    );
  });

  it('rolls out a change, and back', async () => {
    await kubectl('set', 'image', 'deployment/web', 'web=web:2.0');
    await kubectl('rollout', 'status', 'deployment/web', '--timeout=10s');
    expect(await kubectl('rollout', 'history', 'deployment/web')).toMatch(/\n1\s.*\n2\s/);
    await kubectl('rollout', 'undo', 'deployment/web');
    await kubectl('rollout', 'status', 'deployment/web', '--timeout=10s');
    expect(
      await kubectl('get', 'deployment', 'web', '-o', 'jsonpath={.spec.template.spec.containers[0].image}'),
    ).toBe('web:1.0');
    await kubectl('rollout', 'restart', 'deployment/web');
  });

  it('scales, labels and annotates', async () => {
    await kubectl('scale', 'deployment', 'web', '--replicas=3');
    await kubectl('label', 'configmap', 'settings', 'tier=front');
    await kubectl('annotate', 'configmap', 'settings', 'note=hello');
    expect(await kubectl('get', 'configmap', 'settings', '-o', 'yaml')).toMatch(
      /annotations:\n[\s\S]*note: hello\n[\s\S]*tier: front\n/,
    );
    expect(await kubectl('get', 'configmaps', '-l', 'tier=front', '-o', 'name')).toBe('configmap/settings\n');
  });

  it('applies on the server', async () => {
    expect(await kubectl('apply', '--server-side', '--force-conflicts', '-f', file)).toContain(
      'serverside-applied',
    );
  });

  it('creates what it writes in protobuf', async () => {
    expect(await kubectl('create', 'namespace', 'team')).toContain('namespace/team created');
    await kubectl('create', 'configmap', 'extra', '-n', 'team', '--from-literal=a=1');
    await kubectl('create', 'deployment', 'job-runner', '-n', 'team', '--image=runner:1', '--replicas=2');
    await kubectl('create', 'role', 'reader', '-n', 'team', '--verb=get', '--resource=pods');
    expect(await kubectl('get', 'configmap', 'extra', '-n', 'team', '-o', 'jsonpath={.data.a}')).toBe('1');
    expect(await kubectl('auth', 'can-i', 'delete', 'pods')).toBe('yes\n');
    expect(await kubectl('auth', 'whoami')).toContain('admin');
  });

  it('knows the resources', async () => {
    expect(await kubectl('api-resources', '--api-group=apps')).toMatch(
      /deployments\s+deploy\s+apps\/v1\s+true\s+Deployment/,
    );
    expect(await kubectl('explain', 'deployment.spec')).toMatch(
      /replicas\s+<integer>\n[\s\S]*selector\s+<LabelSelector> -required-\n[\s\S]*template\s+<PodTemplateSpec>/,
    );
    expect(await kubectl('explain', 'pod.metadata')).toContain('FIELD: metadata <ObjectMeta>');
    expect(await kubectl('version')).toContain('Server Version: v1.35.4');
  });

  it('describes', async () => {
    expect(await kubectl('describe', 'deployment', 'web')).toContain(
      'Available      True    MinimumReplicasAvailable',
    );
    expect(await kubectl('describe', 'deployment', 'web')).toMatch(
      /Normal\s+ScalingReplicaSet\s.*deployment-controller\s+Scaled up replica set web-/,
    );
    expect(await kubectl('events', '--types=Normal')).toMatch(
      /Started\s+Pod\/web-\S+\s+Started container web/,
    );
    expect(await kubectl('get', 'all,nodes')).toContain('replicaset.apps/web-');
  });

  it('puts a container for debugging into a Pod', async () => {
    const pod = (await kubectl('get', 'pods', '-o', 'name')).split('\n')[0] ?? '';
    await kubectl('debug', pod, '--image=busybox', '--container=look');
    expect(await kubectl('get', pod, '-o', 'jsonpath={.spec.ephemeralContainers[*].name}')).toBe('look');
  });

  it('watches', async () => {
    const watching = kubectl('get', 'configmaps', '-w', '--request-timeout=2s', '-o', 'name').catch(
      (error: Error) => error.message,
    );
    await new Promise((resolve) => setTimeout(resolve, 700));
    await kubectl('create', 'configmap', 'late');
    expect(await watching).toContain('configmap/late');
  });

  it('deletes, and waits until all is gone', async () => {
    expect(await kubectl('delete', '-f', file, '--timeout=20s')).toContain('"web" deleted');
    expect(await kubectl('delete', 'namespace', 'team', '--timeout=20s')).toContain('"team" deleted');
    await server.idle();
    expect(server.objects.list({ apiVersion: 'v1', kind: 'Pod' })).toEqual([]);
  });
});
