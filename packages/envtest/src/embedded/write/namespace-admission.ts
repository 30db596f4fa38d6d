import { getOwn } from '@gitops-toolkit/core';

import type { Engine } from '../engine.ts';
import { groupResource } from '../registry/served-resource.ts';
import { forbidden, notFound } from '../status-error.ts';
import type { Scope } from './scope.ts';

/** @throws StatusError 404 where the namespace is missing, 403 where it is on its way out. */
export function assertNamespaceAccepts(engine: Engine, { resource, namespace }: Scope, name: string): void {
  if (!resource.namespaced || namespace === undefined) return;
  const found = engine.find('/namespaces', undefined, namespace);
  if (!found) throw notFound({ group: '', resource: 'namespaces' }, namespace);
  if (getOwn(found['status'], 'phase') !== 'Terminating') return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const message = `namespace ${namespace} is being terminated`;
  throw forbidden(groupResource(resource), name, why, [
    { reason: 'NamespaceTerminating', message, field: 'metadata.namespace' },
  ]);
}
