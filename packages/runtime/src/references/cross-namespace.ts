import type { KubeObject } from '@gitops-toolkit/core';

import { RuntimeError } from '../errors.ts';

/**
 * Where an object's reference leads to, by the rule of `--no-cross-namespace-refs`: a reference without a namespace
 * means the object's own, and one to another namespace is refused where the rule holds, since whoever may write the
 * object need not be allowed to read there.
 *
 * @returns the namespace to read from
 * @throws RuntimeError `RUNTIME_ACCESS_DENIED`, in the words of Flux; terminal: the object has to change
 *
 * @example
 * ```ts
 * import { referencedNamespace } from '@gitops-toolkit/runtime';
 * const app = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'app', namespace: 'team' } };
 * console.log(referencedNamespace(app, { kind: 'GitRepository', name: 'app' }, { noCrossNamespaceRefs: true })); // team
 * ```
 */
export function referencedNamespace(
  object: KubeObject,
  reference: {
    readonly kind: string;
    readonly name: string;
    readonly namespace?: string | undefined;
  },
  { noCrossNamespaceRefs }: { readonly noCrossNamespaceRefs: boolean },
): string {
  const own = object.metadata.namespace ?? '';
  const { kind, name, namespace = own } = reference;
  if (!noCrossNamespaceRefs || namespace === own) return namespace;
  throw new RuntimeError(
    'RUNTIME_ACCESS_DENIED',
    `can't access '${kind}/${namespace}/${name}', cross-namespace references have been blocked`,
    { hint: `Move the ${kind} to ${own}.` },
  );
}
