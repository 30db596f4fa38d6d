import type { ResourceMap } from '../accumulate/resource-map.ts';
import type { ResourceNode } from '../accumulate/resource-node.ts';
import type { Place } from '../errors.ts';
import type { ValuePath } from '../merge/merge-context.ts';

/** A step of a build that changes resources. */
export interface Transformer {
  /** Changes resources in place, and notes which ({@link ResourceMap.noteChange}). @throws KustomizeError */
  transform(resources: ResourceMap): void;
  /** Where a field was given its value, where the transformer can tell; it has run before it is asked. */
  readonly placeOf?: (node: ResourceNode, path: ValuePath) => Place | undefined;
}
