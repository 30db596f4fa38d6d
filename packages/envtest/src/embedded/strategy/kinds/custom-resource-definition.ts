import { isEqual, isRecord, type KubeObject } from '@gitops-toolkit/core';
import { checkStructural, type FieldError, type Schema } from '@gitops-toolkit/schema';

import { child, type Draft, items, maybeChild, setDefaults, text } from '../draft.ts';
import { immutable, invalidValue, notSupported, required } from '../field-errors.ts';
import type { Strategy } from '../strategy.ts';

/** The finalizer by which a definition waits until its objects are gone. */
export const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';

export const customResourceDefinition: Partial<Strategy> = {
  statusKeepsMetadata: false,
  defaults(draft) {
    const spec = child(draft, 'spec');
    child(spec, 'conversion')['strategy'] ??= 'None';
    const names = child(spec, 'names');
    const kind = text(names, 'kind');
    setDefaults(names, { singular: kind.toLowerCase(), listKind: `${kind}List` });
  },
  prepareCreate(draft) {
    const stored = versions(draft).find((version) => version['storage'] === true);
    draft['status'] = {
      conditions: null,
      acceptedNames: { plural: '', kind: '' },
      storedVersions: stored ? [stored['name']] : [],
    };
  },
  prepareUpdate(draft) {
    // A version that was ever stored stays listed until somebody has migrated its objects.
    const status = isRecord(draft['status']) ? { ...draft['status'] } : {};
    const stored = versions(draft).find((version) => version['storage'] === true)?.['name'];
    const known = Array.isArray(status['storedVersions']) ? (status['storedVersions'] as unknown[]) : [];
    if (stored !== undefined && !known.includes(stored))
      draft['status'] = { ...status, storedVersions: [...known, stored] };
  },
  validate,
  validateUpdate(object, old) {
    const field = (crd: KubeObject, name: string): unknown => maybeChild(crd, 'spec')?.[name];
    return ['group', 'scope']
      .filter((name) => !isEqual(field(object, name), field(old, name)))
      .map((name) => immutable(`spec.${name}`, field(object, name)));
  },
  prepareDelete(draft) {
    const { metadata } = draft;
    if (!metadata.finalizers?.includes(CLEANUP_FINALIZER)) {
      metadata.finalizers = [...(metadata.finalizers ?? []), CLEANUP_FINALIZER];
    }
  },
};

const versions = (crd: KubeObject): Draft[] => items(maybeChild(crd, 'spec'), 'versions');

function validate(object: KubeObject): FieldError[] {
  const spec = maybeChild(object, 'spec') ?? {};
  const names = maybeChild(spec, 'names') ?? {};
  const errors: FieldError[] = [];
  const expected = `${String(names['plural'])}.${String(spec['group'])}`;
  if (object.metadata.name !== expected) {
    errors.push(
      invalidValue('metadata.name', object.metadata.name, 'must be spec.names.plural+"."+spec.group'),
    );
  }
  if ((spec['group'] ?? '') === '') errors.push(required('spec.group'));
  if (spec['scope'] === undefined) errors.push(required('spec.scope'));
  else if (spec['scope'] !== 'Namespaced' && spec['scope'] !== 'Cluster') {
    errors.push(notSupported('spec.scope', spec['scope'], ['Cluster', 'Namespaced']));
  }
  for (const field of ['plural', 'singular', 'kind', 'listKind']) {
    if ((names[field] ?? '') === '') errors.push(required(`spec.names.${field}`));
  }
  return [...errors, ...versionErrors(versions(object))];
}

function versionErrors(all: readonly Draft[]): FieldError[] {
  const errors: FieldError[] = [];
  if (all.filter((version) => version['storage'] === true).length !== 1) {
    errors.push(
      invalidValue('spec.versions', all, 'must have exactly one version marked as storage version'),
    );
  }
  const schemas = all.map(
    (version) => maybeChild(maybeChild(version, 'schema'), 'openAPIV3Schema') as Schema | undefined,
  );
  schemas.forEach((schema, i) => {
    if (!schema) errors.push(required(`spec.versions[${i}].schema.openAPIV3Schema`, 'schemas are required'));
  });
  // One schema for all versions is checked once and reported as the spec's.
  const isShared = schemas.every((schema) => isEqual(schema, schemas[0]));
  if (isShared) return [...errors, ...(schemas[0] ? checkStructural(schemas[0]) : [])];
  const own = schemas.map((schema, i) =>
    schema ? checkStructural(schema, { path: `spec.versions[${i}].schema.openAPIV3Schema` }) : [],
  );
  return [...errors, ...own.flat()];
}
