import type { FieldError } from '@gitops-toolkit/schema';

import { type Draft, items, maybeChild, text } from '../draft.ts';
import { duplicateValue, forbiddenField, invalidValue, oneOf, required } from '../field-errors.ts';
import { nameErrors } from '../names.ts';

/** Kinds of volumes in the order in which they are looked at; of several only the first is allowed. */
const TYPES = [
  'emptyDir',
  'hostPath',
  'gitRepo',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'secret',
  'nfs',
  'iscsi',
  'glusterfs',
  'persistentVolumeClaim',
  'rbd',
  'cinder',
  'cephfs',
  'flocker',
  'downwardAPI',
  'fc',
  'azureFile',
  'configMap',
  'vsphereVolume',
  'quobyte',
  'azureDisk',
  'photonPersistentDisk',
  'portworxVolume',
  'scaleIO',
  'storageos',
  'projected',
  'csi',
  'ephemeral',
  'image',
];
const HOST_PATH_TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];

/** What is wrong with the volumes of a Pod, and the names of those that can be mounted. */
export function checkVolumes(
  spec: Draft | undefined,
  path: string,
): { errors: FieldError[]; names: ReadonlySet<unknown> } {
  const names = new Set<unknown>();
  const hasAccount = text(spec, 'serviceAccountName') !== '';
  const errors = items(spec, 'volumes').flatMap((volume, i) => {
    const at = `${path}[${i}]`;
    const found = [...sourcesErrors(volume, at, hasAccount), ...nameProblems(volume, `${at}.name`, names)];
    if (found.length === 0) names.add(volume['name']);
    return found;
  });
  return { errors, names };
}

function nameProblems(volume: Draft, path: string, names: ReadonlySet<unknown>): FieldError[] {
  const name = text(volume, 'name');
  if (name === '') return [required(path)];
  const errors = nameErrors('label', name).map((message) => invalidValue(path, name, message));
  return names.has(name) ? [...errors, duplicateValue(path, name)] : errors;
}

function sourcesErrors(volume: Draft, path: string, hasAccount: boolean): FieldError[] {
  const given = TYPES.filter((type) => maybeChild(volume, type));
  return given.flatMap((type, i) =>
    i > 0
      ? [forbiddenField(`${path}.${type}`, 'may not specify more than 1 volume type')]
      : sourceErrors(type, maybeChild(volume, type) ?? {}, `${path}.${type}`, hasAccount),
  );
}

function sourceErrors(type: string, source: Draft, path: string, hasAccount: boolean): FieldError[] {
  switch (type) {
    case 'secret':
      return text(source, 'secretName') === '' ? [required(`${path}.secretName`)] : itemsErrors(source, path);
    case 'configMap':
      return text(source, 'name') === '' ? [required(`${path}.name`)] : itemsErrors(source, path);
    case 'persistentVolumeClaim':
      return text(source, 'claimName') === '' ? [required(`${path}.claimName`)] : [];
    case 'hostPath':
      return [
        ...(text(source, 'path') === '' ? [required(`${path}.path`)] : []),
        ...oneOf(`${path}.type`, source['type'], HOST_PATH_TYPES),
      ];
    case 'nfs':
      return ['server', 'path']
        .filter((field) => text(source, field) === '')
        .map((field) => required(`${path}.${field}`));
    case 'csi':
      return text(source, 'driver') === '' ? [required(`${path}.driver`)] : [];
    case 'projected':
      return items(source, 'sources').flatMap((part, i) =>
        projectedErrors(part, `${path}.sources[${i}]`, hasAccount),
      );
    default:
      return [];
  }
}

function itemsErrors(source: Draft, path: string): FieldError[] {
  return items(source, 'items').flatMap((item, i) =>
    ['key', 'path']
      .filter((field) => text(item, field) === '')
      .map((field) => required(`${path}.items[${i}].${field}`)),
  );
}

function projectedErrors(source: Draft, path: string, hasAccount: boolean): FieldError[] {
  for (const type of ['secret', 'configMap']) {
    const part = maybeChild(source, type);
    if (part && text(part, 'name') === '') return [required(`${path}.${type}.name`)];
  }
  const token = maybeChild(source, 'serviceAccountToken');
  if (!token) return [];
  const at = `${path}.serviceAccountToken`;
  if (!hasAccount) return [forbiddenField(at, 'must not be specified when serviceAccountName is not set')];
  return text(token, 'path') === '' ? [required(`${at}.path`)] : [];
}
