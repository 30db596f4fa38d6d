import { object, optional } from '../builder/containers.ts';
import { string } from '../builder/scalars.ts';
import type { Type } from '../builder/type.ts';
import type { Selector } from '../generated/resource-types.ts';

/** Picks objects of a build. Names are regular expressions that have to match as a whole. */
export function selector(description: string): Type<Selector> {
  return object(
    description,
    {
      group: optional(string('API group, a regular expression.')),
      version: optional(string('API version, a regular expression.')),
      kind: optional(string('Kind, a regular expression.')),
      name: optional(string('Name, a regular expression.')),
      namespace: optional(string('Namespace, a regular expression.')),
      labelSelector: optional(string('A label selector, as `kubectl -l` takes it.')),
      annotationSelector: optional(string('The same for annotations.')),
    },
    {
      about: 'Picks objects of a build. Names are regular expressions that have to match as a whole.',
      name: 'Selector',
    },
  );
}
