import { getOwn, type KubeObject } from '@gitops-toolkit/core';

import type { ControllerContext } from '../controllers/controller.ts';

/** Gives a PersistentVolumeClaim a volume of the size that it asks for. */
export function bindClaim(claim: KubeObject, { client }: ControllerContext): void {
  if (getOwn(claim['status'], 'phase') === 'Bound') return;
  const spec = claim['spec'] as Record<string, unknown>;
  const { namespace, name, uid } = claim.metadata;
  const capacity = getOwn(spec['resources'], 'requests');
  const volumeName = (spec['volumeName'] as string | undefined) ?? `pvc-${uid}`;
  const volume = client.create({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: volumeName },
    spec: {
      capacity,
      accessModes: spec['accessModes'],
      volumeMode: spec['volumeMode'],
      persistentVolumeReclaimPolicy: 'Delete',
      ...(spec['storageClassName'] === undefined ? {} : { storageClassName: spec['storageClassName'] }),
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid },
      hostPath: { path: `/simulated/${volumeName}` },
    },
  });
  if (volume) client.updateStatus(volume, (draft) => void (draft['status'] = { phase: 'Bound' }));
  client.update(
    claim,
    (draft) => void ((draft['spec'] as Record<string, unknown>)['volumeName'] = volumeName),
  );
  client.updateStatus(claim, (draft) => {
    draft['status'] = { phase: 'Bound', accessModes: spec['accessModes'], capacity };
  });
}
