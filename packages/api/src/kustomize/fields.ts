import { array, map, object, optional } from '../builder/containers.ts';
import { boolean, choice, string } from '../builder/scalars.ts';
import type { Type } from '../builder/type.ts';
import type {
  Decryption,
  DriftIgnoreRule,
  PostBuild,
  SubstituteReference,
} from '../generated/resource-types.ts';
import { localObjectReference } from '../shapes/references.ts';
import { selector } from '../shapes/selector.ts';

const substituteReference: Type<SubstituteReference> = object(
  'Where variables are read from.',
  {
    kind: choice('Its kind.', ['Secret', 'ConfigMap']),
    name: string('Its name, in the same namespace.', { minLength: 1, maxLength: 253 }),
    optional: optional(boolean('Whether it may be missing.', { default: false })),
  },
  { name: 'SubstituteReference' },
);

/** `spec.postBuild`. */
export const postBuild: Type<PostBuild> = object(
  'Replaces variables in the built objects: `${name}`, `${name:=default}` and the other forms of bash.',
  {
    substitute: optional(
      map('Values of variables. They count more than those of `substituteFrom`.', string('A value.')),
    ),
    substituteFrom: optional(
      array('ConfigMaps and secrets whose keys are variables; later ones count more.', substituteReference),
    ),
    substituteStrategy: optional(
      choice('Whether to look for variables only when some are defined (the default), or always.', [
        'WithVariables',
        'Always',
      ]),
    ),
  },
  { name: 'PostBuild' },
);

/** `spec.decryption`. */
export const decryption: Type<Decryption> = object(
  'How encrypted objects are decrypted.',
  {
    provider: choice('What they were encrypted with.', ['sops']),
    secretRef: optional(
      localObjectReference(
        'The secret with the private keys: `*.agekey`, `*.asc`, or the credentials of a key service.',
      ),
    ),
    serviceAccountName: optional(
      string('The service account as which a key service is asked, where there is no secret.'),
    ),
  },
  { name: 'Decryption' },
);

/** An item of `spec.ignore`. */
export const driftIgnoreRule: Type<DriftIgnoreRule> = object(
  'Fields that others may change without being set back.',
  {
    paths: array('The fields, as JSON pointers: `/spec/replicas`.', string('A JSON pointer.')),
    target: optional(selector('The objects that are meant. Without it, all.')),
  },
  { name: 'DriftIgnoreRule' },
);
