import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Answer, MERGE, ServerUnderTest, STRATEGIC } from './server-under-test.ts';

let server: ServerUnderTest;
beforeAll(async () => {
  server = await ServerUnderTest.start();
});
afterAll(() => server[Symbol.asyncDispose]());

const labels = { app: 'demo' };
const selector = { matchLabels: labels };
const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'main' }] } };
const once = { ...template, spec: { ...template.spec, restartPolicy: 'Never' } };

/** Creates an object in a namespace of its own. */
async function create(
  api: string,
  plural: string,
  body: object,
  name = 'demo',
): Promise<Answer & { readonly path: string }> {
  const path = `/${api}/namespaces/${await server.namespace()}/${plural}`;
  return { ...(await server.post(path, { metadata: { name }, ...body })), path: `${path}/${name}` };
}

describe('workloads', () => {
  it('StatefulSets', async () => {
    const volumeClaimTemplates = [
      {
        metadata: { name: 'data' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      },
    ];
    // Of the claims, each Pod gets a volume.
    const volumeMounts = [{ name: 'data', mountPath: '/data' }];
    const mounting = {
      metadata: { labels },
      spec: { containers: [{ name: 'main', image: 'main', volumeMounts }] },
    };
    const { body, path } = await create('apis/apps/v1', 'statefulsets', {
      spec: { serviceName: 'demo', selector, template: mounting, volumeClaimTemplates },
    });
    expect(body).toMatchObject({
      metadata: { generation: 1 },
      spec: {
        replicas: 1,
        podManagementPolicy: 'OrderedReady',
        revisionHistoryLimit: 10,
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
        volumeClaimTemplates: [
          {
            kind: 'PersistentVolumeClaim',
            apiVersion: 'v1',
            spec: { volumeMode: 'Filesystem' },
            status: { phase: 'Pending' },
          },
        ],
      },
      status: { replicas: 0, availableReplicas: 0 },
    });
    const { body: refused } = await server.patch(path, { spec: { serviceName: 'other' } }, MERGE);
    expect(refused.message).toContain(
      "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template'",
    );
    expect((await server.patch(path, { spec: { replicas: 3 } }, MERGE)).body.metadata.generation).toBe(2);
  });

  it('DaemonSets', async () => {
    const { body, path } = await create('apis/apps/v1', 'daemonsets', { spec: { selector, template } });
    expect(body.metadata.annotations).toEqual({ 'deprecated.daemonset.template.generation': '1' });
    expect(body.spec).toMatchObject({
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
      revisionHistoryLimit: 10,
    });
    expect(body.status).toEqual({
      currentNumberScheduled: 0,
      desiredNumberScheduled: 0,
      numberMisscheduled: 0,
      numberReady: 0,
    });
    const image = { spec: { template: { spec: { containers: [{ name: 'main', image: 'main:2' }] } } } };
    const { body: changed } = await server.patch(path, image, MERGE);
    expect(changed.metadata.annotations).toEqual({ 'deprecated.daemonset.template.generation': '2' });
  });

  it('ReplicaSets', async () => {
    const { body } = await create('apis/apps/v1', 'replicasets', { spec: { selector, template } });
    expect(body).toMatchObject({ spec: { replicas: 1 }, status: { replicas: 0 } });
  });

  it('Jobs', async () => {
    const { body, path } = await create('apis/batch/v1', 'jobs', { spec: { template: once } });
    const own = {
      'batch.kubernetes.io/controller-uid': body.metadata.uid,
      'batch.kubernetes.io/job-name': 'demo',
    };
    expect(body.spec).toMatchObject({
      parallelism: 1,
      completions: 1,
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      suspend: false,
      manualSelector: false,
      podReplacementPolicy: 'TerminatingOrFailed',
      selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': body.metadata.uid } },
    });
    expect(body.spec.template.metadata.labels).toMatchObject({ ...labels, ...own });
    expect(body.metadata.labels).toMatchObject(own);
    const { status } = await server.patch(
      path,
      { spec: { template: { spec: { restartPolicy: 'OnFailure' } } } },
      MERGE,
    );
    expect(status).toBe(422);
  });

  it('Jobs that would restart for ever are refused', async () => {
    const { status, body } = await create('apis/batch/v1', 'jobs', { spec: { template } });
    expect(status).toBe(422);
    expect(body.message).toContain(
      'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    );
  });

  it('CronJobs', async () => {
    const { body } = await create('apis/batch/v1', 'cronjobs', {
      spec: { schedule: '*/5 * * * *', jobTemplate: { spec: { template: once } } },
    });
    expect(body.spec).toMatchObject({
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    });
    expect(body.status).toEqual({});
  });

  it('Pods', async () => {
    const spec = {
      containers: [
        {
          name: 'main',
          image: 'main:1',
          ports: [{ containerPort: 80 }],
          resources: { limits: { cpu: '1' } },
          readinessProbe: { httpGet: { port: 80 } },
          env: [{ name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
        },
      ],
      volumes: [{ name: 'tmp' }, { name: 'conf', configMap: { name: 'conf' } }],
    };
    const { body, path } = await create('api/v1', 'pods', { spec });
    expect(body.spec).toMatchObject({
      enableServiceLinks: true,
      preemptionPolicy: 'PreemptLowerPriority',
      priority: 0,
      volumes: [
        { name: 'tmp', emptyDir: {} },
        { name: 'conf', configMap: { name: 'conf', defaultMode: 420 } },
      ],
    });
    expect(body.spec.tolerations).toHaveLength(2);
    expect(body.spec.containers[0]).toMatchObject({
      ports: [{ containerPort: 80, protocol: 'TCP' }],
      resources: { limits: { cpu: '1' }, requests: { cpu: '1' } },
      readinessProbe: {
        httpGet: { path: '/', scheme: 'HTTP' },
        timeoutSeconds: 1,
        periodSeconds: 10,
        successThreshold: 1,
        failureThreshold: 3,
      },
      env: [{ valueFrom: { fieldRef: { apiVersion: 'v1' } } }],
    });
    expect(body.status).toEqual({ phase: 'Pending', qosClass: 'Burstable' });
    expect((await server.patch(path, { spec: { restartPolicy: 'Never' } }, MERGE)).body.message).toContain(
      'pod updates may not change fields other than',
    );
    // A Pod that runs nowhere goes at once, and is what the deletion answers with.
    expect((await server.delete(path)).body).toMatchObject({
      kind: 'Pod',
      metadata: { deletionGracePeriodSeconds: 0 },
    });
    expect((await server.get(path)).status).toBe(404);
  });

  it('take containers for debugging by their own path, which change nothing else', async () => {
    const namespace = await server.namespace();
    await server.post(`/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name: 'default' } });
    const pods = `/api/v1/namespaces/${namespace}/pods`;
    const path = `${pods}/web/ephemeralcontainers`;
    await server.post(pods, {
      metadata: { name: 'web' },
      spec: { containers: [{ name: 'web', image: 'web:1' }] },
    });
    const debug = (...ephemeralContainers: object[]): Promise<Answer> =>
      server.patch(path, { spec: { ephemeralContainers } }, STRATEGIC);
    const { status, body } = await server.patch(
      path,
      {
        metadata: { labels: { note: 'lost' } },
        spec: {
          restartPolicy: 'Never',
          ephemeralContainers: [{ name: 'look', image: 'tools:1', targetContainerName: 'web' }],
        },
      },
      STRATEGIC,
    );
    expect(status).toBe(200);
    expect(body.metadata.labels).toBeUndefined();
    expect(body.spec).toMatchObject({
      restartPolicy: 'Always',
      ephemeralContainers: [
        { name: 'look', imagePullPolicy: 'IfNotPresent', resources: {}, targetContainerName: 'web' },
      ],
    });
    expect(body.metadata.generation).toBe(2);
    expect
      .soft((await debug({ name: 'more', image: 'tools:1' })).body.spec.ephemeralContainers)
      .toHaveLength(2);
    expect
      .soft((await debug({ name: 'look', image: 'tools:2' })).body.message)
      // The real server goes on with how its Go types differ.
      .toContain(
        'Pod "web" is invalid: spec.ephemeralContainers: Forbidden: existing ephemeral containers "look" may not be changed\n',
      );
    expect
      .soft((await server.patch(path, { spec: { ephemeralContainers: null } }, MERGE)).body.message)
      .toContain(
        'spec.ephemeralContainers: Forbidden: existing ephemeral containers "look" may not be removed\n',
      );
    expect
      .soft((await debug({ name: 'web', image: 'tools:1' })).body.message)
      .toContain('spec.ephemeralContainers[0].name: Duplicate value: "web"');
    expect
      .soft((await debug({ name: 'lost', image: 'tools:1', targetContainerName: 'none' })).body.message)
      .toContain('spec.ephemeralContainers[0].targetContainerName: Not found: "none"');
    expect
      .soft((await debug({ name: 'open', image: 'tools:1', ports: [{ containerPort: 80 }] })).body.message)
      .toContain('spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container');
  });

  it.each([
    [{ containers: [] }, 'spec.containers: Required value'],
    [{ containers: [{ image: 'a' }] }, 'spec.containers[0].name: Required value'],
    [{ containers: [{ name: 'a' }] }, 'spec.containers[0].image: Required value'],
    [{ containers: [{ name: 'A', image: 'a' }] }, 'a lowercase RFC 1123 label must consist of'],
    [
      { containers: [{ name: 'a', image: 'a', volumeMounts: [{ name: 'none', mountPath: '/x' }] }] },
      'spec.containers[0].volumeMounts[0].name: Not found: "none"',
    ],
    [
      {
        containers: [
          { name: 'a', image: 'a' },
          { name: 'a', image: 'a' },
        ],
      },
      'spec.containers[1].name: Duplicate value: "a"',
    ],
  ])('Pods with mistakes are refused: %j', async (spec, message) => {
    const { status, body } = await create('api/v1', 'pods', { spec });
    expect(status).toBe(422);
    expect(body.message).toContain(message);
  });
});

describe('network', () => {
  it('Services change their type', async () => {
    const { body, path } = await create('api/v1', 'services', {
      spec: { selector: labels, ports: [{ port: 80 }] },
    });
    const { clusterIP } = body.spec;
    const { body: outside } = await server.patch(path, { spec: { type: 'NodePort' } }, MERGE);
    expect(outside.spec).toMatchObject({
      clusterIP,
      externalTrafficPolicy: 'Cluster',
      ports: [{ nodePort: expect.any(Number) }],
    });
    const { body: inside } = await server.patch(path, { spec: { type: 'ClusterIP' } }, MERGE);
    expect(inside.spec.ports[0]).not.toHaveProperty('nodePort');
    expect(inside.spec).not.toHaveProperty('externalTrafficPolicy');
    expect(
      (await server.patch(path, { spec: { clusterIP: '10.96.0.77', clusterIPs: null } }, MERGE)).status,
    ).toBe(422);
    const { body: external } = await server.patch(
      path,
      { spec: { type: 'ExternalName', externalName: 'example.com' } },
      MERGE,
    );
    expect(external.spec).not.toHaveProperty('clusterIP');
  });

  it('Services without addresses', async () => {
    const { body } = await create('api/v1', 'services', {
      spec: { clusterIP: 'None', ports: [{ port: 80 }] },
    });
    expect(body.spec).toMatchObject({
      clusterIPs: ['None'],
      ipFamilies: ['IPv4', 'IPv6'],
      ipFamilyPolicy: 'RequireDualStack',
    });
    expect((await create('api/v1', 'services', { spec: {} })).body.message).toContain(
      'spec.ports: Required value',
    );
  });

  it('NetworkPolicies', async () => {
    const { body } = await create('apis/networking.k8s.io/v1', 'networkpolicies', {
      spec: { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] },
    });
    expect(body.spec).toEqual({
      podSelector: {},
      policyTypes: ['Ingress'],
      ingress: [{ ports: [{ port: 80, protocol: 'TCP' }] }],
    });
  });

  it('Ingresses', async () => {
    const backend = { service: { name: 'demo', port: { number: 80 } } };
    const { body } = await create('apis/networking.k8s.io/v1', 'ingresses', {
      spec: { defaultBackend: backend },
    });
    expect(body).toMatchObject({ metadata: { generation: 1 }, status: { loadBalancer: {} } });
    expect((await create('apis/networking.k8s.io/v1', 'ingresses', { spec: {} })).status).toBe(422);
  });
});

describe('the rest', () => {
  it('PersistentVolumeClaims', async () => {
    const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1024Mi' } } };
    const { body, path } = await create('api/v1', 'persistentvolumeclaims', { spec });
    expect(body).toMatchObject({
      metadata: { finalizers: ['kubernetes.io/pvc-protection'] },
      spec: { volumeMode: 'Filesystem', resources: { requests: { storage: '1Gi' } } },
      status: { phase: 'Pending' },
    });
    expect(
      (await server.patch(path, { spec: { accessModes: ['ReadWriteMany'] } }, MERGE)).body.message,
    ).toContain('spec is immutable after creation');
  });

  it('roles and their bindings', async () => {
    const rbac = 'apis/rbac.authorization.k8s.io/v1';
    const subjects = [
      { kind: 'User', name: 'jane' },
      { kind: 'ServiceAccount', name: 'robot', namespace: 'default' },
    ];
    const { body, path } = await create(
      rbac,
      'rolebindings',
      { roleRef: { kind: 'Role', name: 'reader' }, subjects },
      'Reader:jane',
    );
    const apiGroup = 'rbac.authorization.k8s.io';
    expect(body).toMatchObject({
      roleRef: { apiGroup },
      subjects: [{ apiGroup }, { kind: 'ServiceAccount' }],
    });
    expect(body.subjects[1]).not.toHaveProperty('apiGroup');
    expect((await server.patch(path, { roleRef: { name: 'writer' } }, MERGE)).body.message).toContain(
      'cannot change roleRef',
    );
    expect((await create(rbac, 'roles', {})).body.rules).toBeNull();
  });

  it('autoscalers, in both of their versions', async () => {
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'demo' };
    const { body, path } = await create('apis/autoscaling/v2', 'horizontalpodautoscalers', {
      spec: { maxReplicas: 3, scaleTargetRef },
    });
    expect(body.spec).toMatchObject({
      minReplicas: 1,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
        },
      ],
    });
    expect((await server.get(path.replace('/v2/', '/v1/'))).body.spec).toEqual({
      minReplicas: 1,
      maxReplicas: 3,
      scaleTargetRef,
      targetCPUUtilizationPercentage: 80,
    });
  });

  it('Secrets of a type', async () => {
    const { body } = await create('api/v1', 'secrets', {
      type: 'kubernetes.io/tls',
      data: { 'tls.crt': 'eA==' },
    });
    expect(body.message).toContain('data[tls.key]: Required value');
    const { path } = await create('api/v1', 'secrets', { data: { a: 'eA==' } });
    expect((await server.patch(path, { type: 'other' }, MERGE)).body.message).toContain('field is immutable');
    expect((await server.patch(path, { data: { a: '!' } }, MERGE)).body.message).toContain(
      'illegal base64 data',
    );
  });

  it('LimitRanges', async () => {
    const limits = [{ type: 'Container', default: { cpu: '1' }, max: { memory: '2048Mi' } }];
    const { body } = await create('api/v1', 'limitranges', { spec: { limits } });
    expect(body.spec.limits).toEqual([
      {
        type: 'Container',
        default: { cpu: '1', memory: '2Gi' },
        defaultRequest: { cpu: '1', memory: '2Gi' },
        max: { memory: '2Gi' },
      },
    ]);
  });

  it('Endpoints, with a warning', async () => {
    const { headers } = await create('api/v1', 'endpoints', {
      subsets: [{ addresses: [{ ip: '192.0.2.1' }], ports: [{ port: 80 }] }],
    });
    expect(headers['warning']).toContain('use discovery.k8s.io/v1 EndpointSlice');
  });
});
