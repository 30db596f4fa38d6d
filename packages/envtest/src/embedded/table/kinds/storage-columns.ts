import type { KubeObject } from '@gitops-toolkit/core';

import { ageColumn, at, booleanColumn, listAt, nameColumn, textAt, textColumn, textsAt } from '../cells.ts';
import { column, type Column } from '../column.ts';

const MODES = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
} as const;

/** Access modes in short, each once, in the order of the table above. */
function modesText(object: KubeObject, path: string): string {
  const given = textsAt(object, path);
  return (['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'] as const)
    .filter((mode) => given.includes(mode))
    .map((mode) => MODES[mode])
    .join(',');
}

const phase: Column = column('Status', (object) =>
  object.metadata.deletionTimestamp === undefined ? textAt(object, 'status.phase') : 'Terminating',
);

/** The class, which an older annotation may name. */
const storageClass: Column = column(
  'StorageClass',
  (object) =>
    object.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ??
    textAt(object, 'spec.storageClassName'),
);
const attributesClass = textColumn('VolumeAttributesClass', 'spec.volumeAttributesClassName', '<unset>');
const volumeMode = textColumn('VolumeMode', 'spec.volumeMode', '<unset>', { wide: true });

/** What a claim has; nothing before it is bound to a volume. */
const ofBound = (name: string, cell: (claim: KubeObject) => string): Column =>
  column(name, (claim) => (textAt(claim, 'spec.volumeName') === '' ? '' : cell(claim)));

function classNameText({ metadata }: KubeObject): string {
  const isDefault = ['storageclass.kubernetes.io', 'storageclass.beta.kubernetes.io'].some(
    (domain) => metadata.annotations?.[`${domain}/is-default-class`] === 'true',
  );
  return `${metadata.name ?? ''}${isDefault ? ' (default)' : ''}`;
}

export const storageColumns: Readonly<Record<string, readonly Column[]>> = {
  '/persistentvolumeclaims': [
    phase,
    textColumn('Volume', 'spec.volumeName'),
    ofBound('Capacity', (claim) => textAt(claim, 'status.capacity.storage', '0')),
    ofBound('Access Modes', (claim) => modesText(claim, 'status.accessModes')),
    storageClass,
    attributesClass,
    ageColumn,
    volumeMode,
  ],
  '/persistentvolumes': [
    textColumn('Capacity', 'spec.capacity.storage', '0'),
    column('Access Modes', (volume) => modesText(volume, 'spec.accessModes')),
    textColumn('Reclaim Policy', 'spec.persistentVolumeReclaimPolicy'),
    phase,
    column('Claim', (volume) =>
      at(volume, 'spec.claimRef') === undefined
        ? ''
        : `${textAt(volume, 'spec.claimRef.namespace')}/${textAt(volume, 'spec.claimRef.name')}`,
    ),
    storageClass,
    attributesClass,
    textColumn('Reason', 'status.reason'),
    ageColumn,
    volumeMode,
  ],
  'storage.k8s.io/storageclasses': [
    nameColumn(classNameText),
    textColumn('Provisioner', 'provisioner'),
    textColumn('ReclaimPolicy', 'reclaimPolicy', 'Delete'),
    textColumn('VolumeBindingMode', 'volumeBindingMode', 'Immediate'),
    column('AllowVolumeExpansion', (object) => at(object, 'allowVolumeExpansion') === true),
    ageColumn,
  ],
  'storage.k8s.io/volumeattributesclasses': [textColumn('DriverName', 'driverName'), ageColumn],
  'storage.k8s.io/volumeattachments': [
    textColumn('Attacher', 'spec.attacher', '', { format: 'name' }),
    textColumn('PV', 'spec.source.persistentVolumeName'),
    textColumn('Node', 'spec.nodeName'),
    booleanColumn('Attached', 'status.attached'),
    ageColumn,
  ],
  'storage.k8s.io/csinodes': [
    column('Drivers', (object) => listAt(object, 'spec.drivers').length, { type: 'integer' }),
    ageColumn,
  ],
  'storage.k8s.io/csidrivers': [
    booleanColumn('AttachRequired', 'spec.attachRequired', true),
    booleanColumn('PodInfoOnMount', 'spec.podInfoOnMount'),
    booleanColumn('StorageCapacity', 'spec.storageCapacity'),
    column('TokenRequests', (object) =>
      at(object, 'spec.tokenRequests') === undefined
        ? '<unset>'
        : listAt(object, 'spec.tokenRequests')
            .map((request) => textAt(request, 'audience'))
            .join(','),
    ),
    booleanColumn('RequiresRepublish', 'spec.requiresRepublish'),
    column('Modes', (object) => textsAt(object, 'spec.volumeLifecycleModes').join(',') || '<none>'),
    ageColumn,
  ],
  'storage.k8s.io/csistoragecapacities': [
    textColumn('StorageClassName', 'storageClassName'),
    textColumn('Capacity', 'capacity', '<unset>'),
  ],
};
