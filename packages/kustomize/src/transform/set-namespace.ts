import { getOwn, isRecord, setOwn } from '@gitops-toolkit/core';
import { isClusterScoped } from '../accumulate/cluster-scope.ts';
import { idString } from '../accumulate/resource-id.ts';
import type { ResourceNode } from '../accumulate/resource-node.ts';
import { scalarText } from '../accumulate/scalar-text.ts';
import { KustomizeError } from '../errors.ts';
import { type FieldSpec, fieldSpec } from './field-spec.ts';
import { requireScalar } from './set-scalar.ts';
import type { Transformer } from './transformer.ts';
import { visitField } from './visit-field.ts';

/** Which subjects of a (cluster) role binding move to the namespace. */
export type SubjectMode = 'defaultOnly' | 'allServiceAccounts' | 'none';

/** How {@link setNamespace} works. */
export interface SetNamespaceOptions {
  readonly specs: readonly FieldSpec[];
  /** Leave namespaces that are set. @default false */
  readonly unsetOnly?: boolean;
  /** @default 'defaultOnly' */
  readonly subjects?: SubjectMode;
}

const METADATA_NAMESPACE = fieldSpec('metadata/namespace', true);

/** Moves resources into a namespace. */
export function setNamespace(namespace: string, options: SetNamespaceOptions): Transformer {
  return {
    transform(resources) {
      if (namespace === '') return;
      for (const node of resources.nodes) {
        // Helm has been given the namespace, and may have put things into others on purpose.
        if (node.isFromHelm) continue;
        node.storePreviousId();
        moveResource(node, namespace, options);
        resources.noteNames(node);
        if (resources.withCurrentId(node.id).length > 1) {
          throw new KustomizeError(
            'KUSTOMIZE_DUPLICATE_ID',
            `namespace transformation produces ID conflict: ${idString(node.id)}`,
            {
              object: node.ref,
              hint: 'Two resources differ in nothing but the namespace that is being overwritten.',
            },
          );
        }
      }
    },
  };
}

/** Moves one resource, without a look at others. */
export function moveResource(node: ResourceNode, namespace: string, options: SetNamespaceOptions): void {
  const write = (old: unknown): unknown => {
    const text = requireScalar(old);
    return options.unsetOnly && text !== '' ? old : namespace;
  };
  const isBinding = node.kind === 'RoleBinding' || node.kind === 'ClusterRoleBinding';
  if (!isClusterScoped(node.gvk)) visitField(node, METADATA_NAMESPACE, 'text', write);
  if (isBinding) moveSubjects(node, options.subjects ?? 'defaultOnly', write);
  for (const spec of options.specs) {
    if (spec.path === 'metadata/namespace') continue;
    // Names are namespaces for the core Namespace alone, not for kinds that happen to have its name.
    if (spec.path === 'metadata/name' && node.apiVersion !== 'v1') continue;
    if (isBinding && spec.path === 'subjects/namespace' && spec.gvk.kind.endsWith('RoleBinding')) continue;
    visitField(node, spec, 'text', write);
  }
}

function moveSubjects(node: ResourceNode, mode: SubjectMode, write: (old: unknown) => unknown): void {
  const subjects = getOwn(node.value, 'subjects');
  if (mode === 'none' || !Array.isArray(subjects)) return;
  const [field, wanted] = mode === 'defaultOnly' ? ['name', 'default'] : ['kind', 'ServiceAccount'];
  for (const subject of subjects as unknown[]) {
    if (!isRecord(subject) || scalarText(getOwn(subject, field)) !== wanted) continue;
    setOwn(subject, 'namespace', write(getOwn(subject, 'namespace') ?? ''));
  }
}
