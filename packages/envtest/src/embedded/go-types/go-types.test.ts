import { describe, expect, it } from 'vitest';

import { hasGoType, shapeAsGo, zeroObject } from './go-shape.ts';
import { messageName, messageType } from './message-types.ts';
import { findTypeError } from './type-errors.ts';

describe('messageName', () => {
  it.each([
    ['v1', 'Pod', 'core/v1.Pod'],
    ['apps/v1', 'Deployment', 'apps/v1.Deployment'],
    ['rbac.authorization.k8s.io/v1', 'Role', 'rbac/v1.Role'],
    ['flowcontrol.apiserver.k8s.io/v1', 'FlowSchema', 'flowcontrol/v1.FlowSchema'],
    ['apps/v1', 'DeleteOptions', 'meta/v1.DeleteOptions'],
  ])('of %s %s is %s', (apiVersion, kind, name) => {
    expect(messageName(apiVersion, kind)).toBe(name);
    expect(messageType(name)).toBeDefined();
  });
});

describe('shapeAsGo', () => {
  const configMap = (more: object): object =>
    shapeAsGo({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, ...more });

  it('leaves out what is empty', () => {
    expect(configMap({ data: {}, binaryData: null, immutable: false })).toEqual({
      kind: 'ConfigMap',
      apiVersion: 'v1',
      metadata: { name: 'a' },
      immutable: false,
    });
  });

  it('keeps keys that the type does not know', () => {
    expect(configMap({ future: [] })).toHaveProperty('future', []);
  });

  it('keeps the command to forget ownership', () => {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', managedFields: [] } };
    expect(shapeAsGo(object).metadata.managedFields).toEqual([]);
  });

  it('puts in structs that are always there', () => {
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {},
      spec: { selector: {}, template: {} },
    };
    expect(shapeAsGo(deployment)).toMatchObject({
      spec: { strategy: {}, template: { metadata: {}, spec: { containers: null } } },
      status: {},
    });
  });

  it('looks into structs that are written inline', () => {
    const volumes = [
      { name: 'tmp', emptyDir: {} },
      { name: 'key', secret: { secretName: 'key', optional: null } },
    ];
    const pod = shapeAsGo({ apiVersion: 'v1', kind: 'Pod', metadata: {}, spec: { containers: [], volumes } });
    expect(pod['spec']).toMatchObject({
      volumes: [
        { name: 'tmp', emptyDir: {} },
        { name: 'key', secret: { secretName: 'key' } },
      ],
    });
  });

  it('leaves schemas of CRDs as they are', () => {
    const openAPIV3Schema = { type: 'object', properties: { a: { type: 'array', default: [] } } };
    const versions = [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }];
    const crd = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: {},
      spec: { versions },
    };
    expect(shapeAsGo(crd)).toMatchObject({ spec: { versions: [{ schema: { openAPIV3Schema } }] } });
  });

  it('shares nothing with what it was given', () => {
    const object = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a', labels: { a: 'b' } } };
    expect(shapeAsGo(object).metadata.labels).not.toBe(object.metadata.labels);
  });
});

describe('zeroObject', () => {
  it('is what Go prints for a new object', () => {
    expect(zeroObject('coordination.k8s.io/v1', 'Lease')).toEqual({
      kind: 'Lease',
      apiVersion: 'coordination.k8s.io/v1',
      metadata: {},
      spec: {},
    });
  });

  it('is unknown for kinds without a Go type', () => {
    expect(zeroObject('example.com/v1', 'Widget')).toBeUndefined();
    expect(hasGoType('example.com/v1', 'Widget')).toBe(false);
  });
});

describe('findTypeError', () => {
  const find = (spec: object): string | undefined => findTypeError('apps/v1.Deployment', { spec });

  it('finds nothing in what fits', () => {
    expect(
      find({
        replicas: 1,
        selector: null,
        template: { spec: { containers: [{ name: 'a', resources: { limits: { cpu: 1 } } }] } },
      }),
    ).toBeUndefined();
  });

  it.each([
    [
      { replicas: 'x' },
      'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    [
      { replicas: 1.5 },
      'json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    [
      { paused: 'no' },
      'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.paused of type bool',
    ],
    [
      { template: [] },
      'json: cannot unmarshal array into Go struct field DeploymentSpec.spec.template of type v1.PodTemplateSpec',
    ],
    [
      { template: { spec: { containers: {} } } },
      'json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container',
    ],
    [
      { template: { spec: { containers: [{ name: 1 }] } } },
      'json: cannot unmarshal number into Go struct field Container.spec.template.spec.containers.name of type string',
    ],
  ])('finds the first misfit in %j', (spec, message) => {
    expect(find(spec)).toBe(message);
  });

  it('finds bytes that are no base64', () => {
    expect(findTypeError('core/v1.Secret', { data: { key: 'x!' } })).toBe(
      'illegal base64 data at input byte 1',
    );
  });
});
