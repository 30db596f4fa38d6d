import { map, object, optional } from '../builder/containers.ts';
import { string } from '../builder/scalars.ts';
import type { Type } from '../builder/type.ts';
import type { CommonMetadata, CustomHealthCheck, Image, Patch } from '../generated/resource-types.ts';
import { selector } from './selector.ts';

/** A change to some objects of a build. */
export function patch(description: string): Type<Patch> {
  return object(
    description,
    {
      patch: string('A strategic merge patch or a JSON patch, as YAML.'),
      target: optional(selector('The objects to change. A strategic merge patch may name its own instead.')),
    },
    { about: 'A change to some objects of a build.', name: 'Patch' },
  );
}

/** What stands for a container image. */
export function image(description: string): Type<Image> {
  return object(
    description,
    {
      name: string('The image to replace, without its tag.'),
      newName: optional(string('The image that takes its place.')),
      newTag: optional(string('The tag it gets.')),
      digest: optional(string('The digest it gets. It counts more than the tag.')),
    },
    { about: 'What stands for a container image.', name: 'Image' },
  );
}

/** Labels and annotations that every object gets. */
export function commonMetadata(description: string): Type<CommonMetadata> {
  return object(
    description,
    {
      annotations: optional(map('Annotations to set.', string('A value.'))),
      labels: optional(map('Labels to set.', string('A value.'))),
    },
    { about: 'Labels and annotations that every object gets.', name: 'CommonMetadata' },
  );
}

/** How to tell the health of a kind that does not follow the conventions. */
export function customHealthCheck(description: string): Type<CustomHealthCheck> {
  return object(
    description,
    {
      apiVersion: string('Group and version of the kind.'),
      kind: optional(string('The kind.')),
      current: string('A CEL expression that holds when the object is as wanted.'),
      inProgress: optional(string('A CEL expression that holds while the object is on its way.')),
      failed: optional(string('A CEL expression that holds when the object will not get there.')),
    },
    {
      about: 'How to tell the health of a kind that does not follow the conventions.',
      name: 'CustomHealthCheck',
    },
  );
}
