import { describe, expect, it } from 'vitest';

import { customVersion } from '../crd/custom-pipeline.ts';
import { addBuiltinResources } from '../registry/builtin-registry.ts';
import { Registry } from '../registry/registry.ts';
import type { ServedResource } from '../registry/served-resource.ts';
import { aggregatedDiscovery, aggregatedVersion } from './aggregated-discovery.ts';
import { apiGroupList, apiResourceList } from './legacy-discovery.ts';
import { openApiDocument } from './openapi-document.ts';

const registry = new Registry();
addBuiltinResources(registry);

describe('aggregatedVersion', () => {
  const offer = (version: string): string =>
    `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;

  it('is the first that the client and the server know', () => {
    expect(aggregatedVersion(`${offer('v2')},${offer('v2beta1')},application/json`)).toBe('v2');
    expect(aggregatedVersion(`${offer('v3')},${offer('v2beta1')},application/json`)).toBe('v2beta1');
  });

  it('is none where plain JSON is preferred', () => {
    expect(aggregatedVersion('application/json')).toBeUndefined();
    expect(aggregatedVersion(`application/json,${offer('v2')}`)).toBeUndefined();
    expect(aggregatedVersion(undefined)).toBeUndefined();
  });
});

describe('aggregatedDiscovery', () => {
  it('has the core group apart from the others', () => {
    const items = (root: 'api' | 'apis'): { metadata: { name?: string } }[] =>
      (
        JSON.parse(aggregatedDiscovery(registry, root, 'v2', undefined).body) as {
          items: { metadata: { name?: string } }[];
        }
      ).items;
    expect(items('api')).toHaveLength(1);
    expect(items('apis').map(({ metadata }) => metadata.name)).toEqual(
      expect.arrayContaining(['apps', 'batch']),
    );
  });

  it('is not sent again to who has it', () => {
    const first = aggregatedDiscovery(registry, 'apis', 'v2', undefined);
    const again = aggregatedDiscovery(registry, 'apis', 'v2', String(first.headers?.['etag']));
    expect([again.code, again.body]).toEqual([304, '']);
  });
});

describe('legacy discovery', () => {
  it('puts the preferred version first', () => {
    const { groups } = apiGroupList(registry) as {
      groups: { name: string; versions: { version: string }[] }[];
    };
    const autoscaling = groups.find(({ name }) => name === 'autoscaling');
    expect(autoscaling?.versions.map(({ version }) => version)).toEqual(['v2', 'v1']);
  });

  it('knows nothing of versions that are not served', () => {
    expect(apiResourceList(registry, 'apps', 'v9')).toBeUndefined();
  });
});

describe('openApiDocument', () => {
  // oxlint-disable-next-line typescript/no-explicit-any
  const schemasOf = (group: string, version: string): any =>
    (
      JSON.parse(JSON.stringify(openApiDocument(registry.resources(group, version)))) as {
        components: { schemas: unknown };
      }
    ).components.schemas;
  const link = (name: string): object => ({ $ref: `#/components/schemas/${name}` });

  it('has all parts that it links to, and ends for schemas that contain themselves', () => {
    const text = JSON.stringify(openApiDocument(registry.resources('apiextensions.k8s.io', 'v1')));
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"{}]+)"/g))
      expect(text).toContain(`"${name}":{`);
  });

  it('names parts after their Go types', () => {
    const schemas = schemasOf('apps', 'v1');
    expect(schemas['apps.v1.Deployment'].properties).toMatchObject({
      metadata: link('meta.v1.ObjectMeta'),
      spec: link('apps.v1.DeploymentSpec'),
    });
    expect(schemas['apps.v1.DeploymentSpec'].properties).toMatchObject({
      selector: link('meta.v1.LabelSelector'),
      template: link('core.v1.PodTemplateSpec'),
    });
    expect(schemas['core.v1.PodSpec'].properties).toMatchObject({
      containers: { type: 'array', items: link('core.v1.Container') },
    });
  });

  it('names the parts of inlined types', () => {
    const { properties } = schemasOf('', 'v1')['core.v1.EphemeralContainer'];
    expect(properties.resources).toEqual(link('core.v1.ResourceRequirements'));
  });

  it('keeps the name of a type whose schema differs from place to place', () => {
    const names = Object.keys(schemasOf('', 'v1')).filter((name) => name.endsWith('.ObjectReference'));
    expect(names).toEqual(['core.v1.ObjectReference', 'variant2.core.v1.ObjectReference']);
  });

  it('numbers what custom resources use twice, and takes no Go type for theirs', () => {
    const port = { type: 'object', properties: { number: { type: 'integer' } } } as const;
    const custom: ServedResource = {
      ...registry.resources('apps', 'v1').find(({ kind }) => kind === 'Deployment')!,
      group: 'apps.example.com',
      custom: customVersion({}, undefined),
      schema: () => ({
        type: 'object',
        properties: {
          spec: { type: 'object', properties: { from: port, to: port, selector: { type: 'object' } } },
        },
      }),
    };
    const { schemas } = (openApiDocument([custom]) as { components: { schemas: Record<string, unknown> } })
      .components;
    expect(schemas['com.example.apps.v1.Deployment']).toMatchObject({
      properties: {
        metadata: link('meta.v1.ObjectMeta'),
        spec: { properties: { from: link('shared.Object1'), to: link('shared.Object1') } },
      },
    });
    expect(schemas['shared.Object1']).toEqual(port);
  });
});
