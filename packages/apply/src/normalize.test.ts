import type { KubeObject } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { normalize } from './normalize.ts';
import { certificate } from './testdata/certificate.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const podSpec = (ports: unknown[]): Record<string, unknown> => ({
  containers: [{ name: 'web', image: 'nginx', ports }],
});

const at = (object: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object);

describe('normalize', () => {
  it('drops status and creationTimestamp, and shares what stays', () => {
    const toy = {
      apiVersion: 'shop.io/v1',
      kind: 'Toy',
      metadata: { name: 'bear', creationTimestamp: null },
      spec: { any: [null] },
      status: { x: 1 },
    };
    const normal = normalize(toy);
    expect(normal).toEqual({
      apiVersion: 'shop.io/v1',
      kind: 'Toy',
      metadata: { name: 'bear' },
      spec: { any: [null] },
    });
    expect(normal['spec']).toBe(toy.spec);
    expect(toy.status).toEqual({ x: 1 });
  });

  it('keeps the status of a definition', () => {
    const crd = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'a' },
      spec: { unknown: 1 },
      status: { conditions: [] },
    };
    expect(normalize(crd)).toEqual(crd);
  });

  it('moves stringData of a Secret to data, which it overrides', () => {
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's' },
      data: { a: base64('old'), b: base64('b') },
      stringData: { a: 'grüße' },
    };
    expect(normalize(secret)).toEqual({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's' },
      data: { a: base64('grüße'), b: base64('b') },
    });
  });

  it('leaves stringData that is not text for the server to explain', () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { port: 80 } };
    expect(normalize(secret)).toEqual(secret);
  });

  it('keeps keys of the prototype as data', () => {
    const secret = JSON.parse(
      '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"stringData":{"__proto__":"x","constructor":"y"}}',
    ) as KubeObject;
    expect(Object.keys(normalize(secret)['data'] as object)).toEqual(['__proto__', 'constructor']);
  });

  it('gives ports of a Service their protocol', () => {
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 's' },
      spec: { ports: [{ port: 80 }, { port: 53, protocol: 'UDP' }] },
    };
    expect(at(normalize(service), 'spec', 'ports')).toEqual([
      { port: 80, protocol: 'TCP' },
      { port: 53, protocol: 'UDP' },
    ]);
  });

  it.each([
    ['v1', 'Pod', ['spec']],
    ['apps/v1', 'Deployment', ['spec', 'template', 'spec']],
    ['apps/v1', 'StatefulSet', ['spec', 'template', 'spec']],
    ['apps/v1', 'DaemonSet', ['spec', 'template', 'spec']],
    ['apps/v1', 'ReplicaSet', ['spec', 'template', 'spec']],
    ['batch/v1', 'Job', ['spec', 'template', 'spec']],
    ['batch/v1', 'CronJob', ['spec', 'jobTemplate', 'spec', 'template', 'spec']],
  ])('gives ports of containers in a %s %s their protocol', (apiVersion, kind, path) => {
    const nested = path
      .toReversed()
      .reduce<unknown>((value, key) => ({ [key]: value }), podSpec([{ containerPort: 80 }]));
    const object = { apiVersion, kind, metadata: { name: 'a' }, ...(nested as object) };
    expect(at(normalize(object), ...path, 'containers', '0', 'ports')).toEqual([
      { containerPort: 80, protocol: 'TCP' },
    ]);
  });

  it('drops fields and nulls that a built-in kind cannot hold', () => {
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: null, unknown: 1 },
      spec: {
        replicas: null,
        typo: true,
        template: { spec: { containers: [{ name: 'web', env: null, resources: { limits: { cpu: '1' } } }] } },
      },
    } as unknown as KubeObject;
    expect(normalize(deployment)).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { template: { spec: { containers: [{ name: 'web', resources: { limits: { cpu: '1' } } }] } } },
    });
  });

  it('takes a null among texts for an empty one, and leaves what it does not know', () => {
    const map = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', labels: { l: null } },
      data: { KEY: null, b: 'b' },
    } as unknown as KubeObject;
    expect(normalize(map)).toMatchObject({ metadata: { labels: { l: '' } }, data: { KEY: '', b: 'b' } });
    const data = { spec: { nothing: null } };
    const revision = {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: { name: 'r' },
      revision: 1,
      data,
    };
    expect(normalize(revision)['data']).toEqual(data);
  });

  it('leaves Roles alone', () => {
    const role = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'r', creationTimestamp: null },
      rules: [],
      aggregationRule: null,
    };
    expect(normalize(role)).toBe(role);
  });

  it('keeps raw extensions whole', () => {
    const revision = {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: { name: 'r' },
      revision: 1,
      data: { spec: { any: 'thing' } },
    };
    expect(normalize(revision)['data']).toEqual({ spec: { any: 'thing' } });
  });
});

describe('normalize of a conversion webhook', () => {
  const crd = (caBundle: string): KubeObject => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'a' },
    spec: {
      conversion: { strategy: 'Webhook', webhook: { clientConfig: { service: { name: 's' }, caBundle } } },
    },
  });
  const bundleOf = (object: KubeObject): unknown =>
    at(object, 'spec', 'conversion', 'webhook', 'clientConfig', 'caBundle');

  it.each([
    'Cg==',
    base64('placeholder'),
    'not base64',
    base64('-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'),
  ])('drops the placeholder %s', (bundle) => {
    expect(bundleOf(normalize(crd(bundle)))).toBeUndefined();
    expect(at(normalize(crd(bundle)), 'spec', 'conversion', 'webhook', 'clientConfig', 'service')).toEqual({
      name: 's',
    });
  });

  it('keeps a certificate, and what is not there', () => {
    expect(bundleOf(normalize(crd(base64(certificate))))).toBe(base64(certificate));
    expect(bundleOf(normalize(crd('')))).toBe('');
  });
});
