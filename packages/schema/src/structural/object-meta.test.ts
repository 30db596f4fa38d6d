import { describe, expect, it } from 'vitest';
import { builtinSchema, type Schema } from '../index.ts';
import { isCompleteMeta, objectMetaSchema } from './object-meta.ts';

/** The structure of a schema down to its leaves, without what does not matter for metadata. */
function shapeOf(schema: Schema | undefined): unknown {
  if (!schema) return undefined;
  const { type, format, properties, additionalProperties, items, required } = schema;
  return {
    type,
    format,
    required,
    listType: schema['x-kubernetes-list-type'],
    keys: schema['x-kubernetes-list-map-keys'],
    mapType: schema['x-kubernetes-map-type'],
    strategy: schema['x-kubernetes-patch-strategy'],
    mergeKey: schema['x-kubernetes-patch-merge-key'],
    properties:
      properties &&
      Object.fromEntries(Object.entries(properties).map(([key, child]) => [key, shapeOf(child)])),
    additional:
      typeof additionalProperties === 'object' ? shapeOf(additionalProperties) : additionalProperties,
    items: shapeOf(items),
  };
}

describe('objectMetaSchema', () => {
  it('is what the API server publishes', () => {
    const published = builtinSchema({ group: '', version: 'v1', kind: 'Pod' })?.properties?.['metadata'];
    expect(shapeOf(objectMetaSchema)).toEqual(shapeOf(published));
  });
});

describe('isCompleteMeta', () => {
  it('tells the metadata of built-in kinds from what a CRD may say of it', () => {
    expect(isCompleteMeta(objectMetaSchema)).toBe(true);
    expect(isCompleteMeta({ type: 'object', properties: { name: { type: 'string' } } })).toBe(false);
    expect(isCompleteMeta(undefined)).toBe(false);
  });
});
