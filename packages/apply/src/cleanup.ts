import { getOwn, type KubeObject } from '@gitops-toolkit/core';
import { type FieldManagerMatch, takeOver } from './field-managers.ts';

/** What others left on objects of the cluster, to be removed before an apply. */
export interface CleanupRules {
  readonly annotations: readonly string[];
  readonly labels: readonly string[];
  readonly managers: readonly FieldManagerMatch[];
}

/** An operation of a JSON patch. */
export interface PatchOperation {
  readonly op: 'remove' | 'replace';
  readonly path: string;
  readonly value?: unknown;
}

/** Marks of kubectl and of earlier versions of Flux. */
export const LEGACY_ANNOTATIONS: readonly string[] = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'kustomize.toolkit.fluxcd.io/checksum',
  'fluxcd.io/sync-checksum',
];
export const LEGACY_LABELS: readonly string[] = ['fluxcd.io/sync-gc-mark'];

/**
 * The JSON patch that cleans an object up, or `undefined` where there is nothing to clean. It
 * fails with a conflict where the object has changed since: entries of `managedFields` that came
 * in between would be lost.
 */
export function cleanupPatch(
  live: KubeObject,
  rules: CleanupRules,
  fieldManager: string,
): PatchOperation[] | undefined {
  const operations = [
    ...removals(live.metadata.annotations, rules.annotations, '/metadata/annotations'),
    ...removals(live.metadata.labels, rules.labels, '/metadata/labels'),
  ];
  const managedFields = takeOver(live, rules.managers, fieldManager);
  if (managedFields)
    operations.push({ op: 'replace', path: '/metadata/managedFields', value: managedFields });
  if (operations.length === 0) return undefined;
  return [
    { op: 'replace', path: '/metadata/resourceVersion', value: live.metadata.resourceVersion },
    ...operations,
  ];
}

function removals(
  map: Record<string, string> | undefined,
  keys: readonly string[],
  path: string,
): PatchOperation[] {
  return keys
    .filter((key) => getOwn(map, key) !== undefined)
    .map((key) => ({ op: 'remove', path: `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}` }));
}
