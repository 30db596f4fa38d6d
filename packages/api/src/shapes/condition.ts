import type { Condition } from '../generated/resource-types.ts';
import { array, object, optional } from '../builder/containers.ts';
import { choice, dateTime, integer, string } from '../builder/scalars.ts';
import type { Type } from '../builder/type.ts';

/** One aspect of an object's state, as all Kubernetes APIs report it. */
export function condition(description: string): Type<Condition> {
  return object(
    description,
    {
      type: string('Which aspect it is: `Ready`, or a name with a domain before it.', {
        maxLength: 316,
        pattern:
          '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$',
      }),
      status: choice('Whether it holds.', ['True', 'False', 'Unknown']),
      reason: string('A word in CamelCase for programs that says why the condition changed last.', {
        minLength: 1,
        maxLength: 1024,
        pattern: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$',
      }),
      message: string('The same for people; may be empty.', { maxLength: 32768 }),
      lastTransitionTime: dateTime('When it last became what it is.'),
      observedGeneration: optional(
        integer('The generation of the object that it speaks of. An older one is out of date.', {
          minimum: 0,
        }),
      ),
    },
    { about: "One aspect of an object's state, as all Kubernetes APIs report it.", name: 'Condition' },
  );
}

/** The list of conditions that a status has. */
export function conditions(): Type<Condition[]> {
  return array(
    'The aspects of the state of the object.',
    condition('One aspect of the state of the object.'),
  );
}
