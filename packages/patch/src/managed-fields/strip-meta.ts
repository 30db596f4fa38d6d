import { FieldSet } from '../structured/field-set.ts';
import { fieldElement } from '../structured/path-element.ts';

/** Metadata that is the server's own. `generateName` is not among it: it can be owned. */
const SERVER_METADATA = [
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'clusterName',
  'generation',
  'managedFields',
  'resourceVersion',
];

const STRIPPED = FieldSet.fromPaths([
  ['f:apiVersion'],
  ['f:kind'],
  ['f:metadata'],
  ...SERVER_METADATA.map((name) => ['f:metadata', fieldElement(name)]),
]);

/** The set without what nobody owns because it identifies the object or is the server's. */
export function withoutServerFields(fields: FieldSet): FieldSet {
  return fields.difference(STRIPPED);
}
