import { object, optional } from '../builder/containers.ts';
import { choice, string } from '../builder/scalars.ts';
import type { Type } from '../builder/type.ts';
import type {
  CrossNamespaceSourceReference,
  DependencyReference,
  LocalObjectReference,
  NamespacedObjectKindReference,
  SecretKeyReference,
} from '../generated/resource-types.ts';

/** Names an object of a known kind in the same namespace. */
export function localObjectReference(description: string): Type<LocalObjectReference> {
  return object(
    description,
    { name: string('Its name.') },
    { about: 'Names an object of a known kind in the same namespace.', name: 'LocalObjectReference' },
  );
}

/** Names a key of a secret in the same namespace. */
export function secretKeyReference(description: string): Type<SecretKeyReference> {
  return object(
    description,
    {
      name: string('Name of the secret.'),
      key: optional(string('The key in it. Without one, the reader has a default.')),
    },
    { about: 'Names a key of a secret in the same namespace.', name: 'SecretKeyReference' },
  );
}

/** Names an object of any kind. */
export function namespacedObjectKindReference(description: string): Type<NamespacedObjectKindReference> {
  return object(
    description,
    {
      apiVersion: optional(string('Group and version of its kind. Without them, a Flux kind is meant.')),
      kind: string('Its kind.'),
      name: string('Its name.'),
      namespace: optional(string('Its namespace. Without one, that of the referring object.')),
    },
    { about: 'Names an object of any kind.', name: 'NamespacedObjectKindReference' },
  );
}

/** Names a source, in whatever namespace. */
export function crossNamespaceSourceReference(description: string): Type<CrossNamespaceSourceReference> {
  return object(
    description,
    {
      apiVersion: optional(string('Group and version of its kind.')),
      kind: choice('Its kind.', ['OCIRepository', 'GitRepository', 'Bucket', 'ExternalArtifact']),
      name: string('Its name.'),
      namespace: optional(string('Its namespace. Without one, that of the referring object.')),
    },
    { about: 'Names a source, in whatever namespace.', name: 'CrossNamespaceSourceReference' },
  );
}

/** Names an object of the same kind that has to be ready first. */
export function dependencyReference(description: string): Type<DependencyReference> {
  return object(
    description,
    {
      name: string('Its name.'),
      namespace: optional(string('Its namespace. Without one, that of the referring object.')),
      readyExpr: optional(
        string('A CEL expression that says whether it is ready, from `dep`, the other object, and `self`.'),
      ),
    },
    { about: 'Names an object of the same kind that has to be ready first.', name: 'DependencyReference' },
  );
}
