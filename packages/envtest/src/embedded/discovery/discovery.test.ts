import { describe, expect, it } from 'vitest';

import { addBuiltinResources } from '../registry/builtin-registry.ts';
import { Registry } from '../registry/registry.ts';
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
  it('names parts that occur more than once, and ends for schemas that contain themselves', () => {
    const resources = registry.resources('apiextensions.k8s.io', 'v1');
    const text = JSON.stringify(openApiDocument(resources));
    expect(text).toContain('"$ref":"#/components/schemas/shared.');
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g))
      expect(text).toContain(`"${name}":{`);
  });
});
