import type { Schema } from '../schema.ts';

const string: Schema = { type: 'string' };
const stringMap: Schema = { type: 'object', additionalProperties: string };

const ownerReference: Schema = {
  type: 'object',
  required: ['apiVersion', 'kind', 'name', 'uid'],
  properties: {
    apiVersion: string,
    blockOwnerDeletion: { type: 'boolean' },
    controller: { type: 'boolean' },
    kind: string,
    name: string,
    uid: string,
  },
  'x-kubernetes-map-type': 'atomic',
};

const managedFieldsEntry: Schema = {
  type: 'object',
  properties: {
    apiVersion: string,
    fieldsType: string,
    fieldsV1: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    manager: string,
    operation: string,
    subresource: string,
    time: { type: 'string', format: 'date-time' },
  },
};

/**
 * The schema of `metadata`, which every resource has whether its own schema says so or not: a CRD
 * may only restrict `name` and `generateName`.
 */
export const objectMetaSchema: Schema = {
  type: 'object',
  properties: {
    annotations: stringMap,
    creationTimestamp: { type: 'string', format: 'date-time', nullable: true },
    deletionGracePeriodSeconds: { type: 'integer', format: 'int64' },
    deletionTimestamp: { type: 'string', format: 'date-time', nullable: true },
    finalizers: {
      type: 'array',
      items: string,
      'x-kubernetes-list-type': 'set',
      'x-kubernetes-patch-strategy': 'merge',
    },
    generateName: string,
    generation: { type: 'integer', format: 'int64' },
    labels: stringMap,
    managedFields: { type: 'array', items: managedFieldsEntry, 'x-kubernetes-list-type': 'atomic' },
    name: string,
    namespace: string,
    ownerReferences: {
      type: 'array',
      items: ownerReference,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['uid'],
      'x-kubernetes-patch-strategy': 'merge',
      'x-kubernetes-patch-merge-key': 'uid',
    },
    resourceVersion: string,
    selfLink: string,
    uid: string,
  },
};

/** Whether a node holds a whole object, with `apiVersion`, `kind` and `metadata` of its own. */
export function isEmbeddedResource(schema: Schema): boolean {
  return schema['x-kubernetes-embedded-resource'] === true;
}

/** Whether a schema of `metadata` is a complete one (a built-in kind's), and no CRD's restriction. */
export function isCompleteMeta(schema: Schema | undefined): schema is Schema {
  return schema?.properties !== undefined && Object.hasOwn(schema.properties, 'resourceVersion');
}
