import type { Schema } from '@gitops-toolkit/schema';

const TEXT: Schema = { type: 'string' };
const TIME: Schema = { type: 'string', format: 'date-time' };
const TEXT_MAP: Schema = { type: 'object', additionalProperties: TEXT };

/** What every object's metadata is, in as far as merging asks. */
const OBJECT_META: Schema = {
  type: 'object',
  properties: {
    annotations: TEXT_MAP,
    creationTimestamp: TIME,
    deletionGracePeriodSeconds: { type: 'integer' },
    deletionTimestamp: TIME,
    finalizers: { type: 'array', items: TEXT, 'x-kubernetes-list-type': 'set' },
    generateName: TEXT,
    generation: { type: 'integer' },
    labels: TEXT_MAP,
    managedFields: { type: 'array', items: { type: 'object' } },
    name: TEXT,
    namespace: TEXT,
    ownerReferences: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          apiVersion: TEXT,
          blockOwnerDeletion: { type: 'boolean' },
          controller: { type: 'boolean' },
          kind: TEXT,
          name: TEXT,
          uid: TEXT,
        },
        'x-kubernetes-map-type': 'atomic',
      },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['uid'],
    },
    resourceVersion: TEXT,
    selfLink: TEXT,
    uid: TEXT,
  },
};

const completed = new WeakMap<Schema, Schema>();

/**
 * The schema of a whole object: a custom resource's own schema says little or nothing about
 * `apiVersion`, `kind` and `metadata`, which the API server knows all the same.
 */
export function objectSchema(schema: Schema): Schema {
  if (schema.properties?.['metadata']?.properties?.['managedFields']) return schema;
  let whole = completed.get(schema);
  if (!whole) {
    const properties = { ...schema.properties, apiVersion: TEXT, kind: TEXT, metadata: OBJECT_META };
    const open = schema.properties || schema.additionalProperties !== undefined;
    whole = { ...schema, properties, ...(open ? {} : { additionalProperties: true }) };
    completed.set(schema, whole);
  }
  return whole;
}
