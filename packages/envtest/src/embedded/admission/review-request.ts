import type { KubeObject } from '@gitops-toolkit/core';

import type { UserInfo } from '../auth/user.ts';
import type { Scope } from '../write/scope.ts';
import type { Operation } from './webhook-configuration.ts';

/** A write that webhooks are asked about. */
export interface Write {
  readonly scope: Scope;
  readonly operation: Operation;
  /** As it would be; none for a deletion. */
  readonly object: KubeObject | undefined;
  /** As it is. */
  readonly old: KubeObject | undefined;
}

/** Who writes, and how. */
export interface Author {
  readonly user: UserInfo;
  readonly dryRun: boolean;
  readonly options: Readonly<Record<string, unknown>>;
}

/** The AdmissionReview about a write. */
export function admissionReview(write: Write, author: Author, uid: string): Record<string, unknown> {
  const { scope, operation, object, old } = write;
  const { resource, namespace, subresource } = scope;
  const kind = { group: resource.group, version: resource.version, kind: resource.kind };
  const plural = { group: resource.group, version: resource.version, resource: resource.plural };
  // A deletion of a collection names none of its objects.
  const name = operation === 'DELETE' ? scope.name : object?.metadata.name;
  const { user, dryRun } = author;
  const request = {
    uid,
    kind,
    resource: plural,
    ...(subresource !== undefined && { subResource: subresource }),
    requestKind: kind,
    requestResource: plural,
    ...(subresource !== undefined && { requestSubResource: subresource }),
    ...(name !== undefined && { name }),
    ...(namespace !== undefined && { namespace }),
    operation,
    userInfo: {
      username: user.name,
      ...(user.uid !== undefined && { uid: user.uid }),
      groups: user.groups,
      ...(user.extra && { extra: user.extra }),
    },
    object: object ?? null,
    oldObject: old ?? null,
    dryRun,
    options: { kind: OPTIONS[operation], apiVersion: 'meta.k8s.io/v1', ...author.options },
  };
  return { kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', request };
}

const OPTIONS = { CREATE: 'CreateOptions', UPDATE: 'UpdateOptions', DELETE: 'DeleteOptions' } as const;
