import type { KubeObject } from '@gitops-toolkit/core';

import { ageColumn, listAt, textAt } from '../cells.ts';
import { column, type Column } from '../column.ts';

const roleText = (binding: KubeObject): string =>
  `${textAt(binding, 'roleRef.kind')}/${textAt(binding, 'roleRef.name')}`;

function subjects(kind: string): (binding: KubeObject) => string {
  return (binding) =>
    listAt(binding, 'subjects')
      .filter((subject) => subject['kind'] === kind)
      .map((subject) =>
        kind === 'ServiceAccount'
          ? `${textAt(subject, 'namespace')}/${textAt(subject, 'name')}`
          : textAt(subject, 'name'),
      )
      .join(', ');
}

const bindings: readonly Column[] = [
  column('Role', roleText),
  ageColumn,
  column('Users', subjects('User'), { wide: true }),
  column('Groups', subjects('Group'), { wide: true }),
  column('ServiceAccounts', subjects('ServiceAccount'), { wide: true }),
];

export const accessColumns: Readonly<Record<string, readonly Column[]>> = {
  '/serviceaccounts': [ageColumn],
  'rbac.authorization.k8s.io/rolebindings': bindings,
  'rbac.authorization.k8s.io/clusterrolebindings': bindings,
};
