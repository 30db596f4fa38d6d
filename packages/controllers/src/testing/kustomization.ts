import type { Kustomization } from '@gitops-toolkit/api';

/** A Kustomization `apps/web`, of a GitRepository of that name unless the spec has another source. */
export function kustomization(spec: Partial<Kustomization['spec']>): Kustomization {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'web', namespace: 'apps' },
    spec: { interval: '1m', prune: true, sourceRef: { kind: 'GitRepository', name: 'web' }, ...spec },
  };
}
