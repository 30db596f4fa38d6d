import type { ResourceMap } from '../accumulate/resource-map.ts';

/** A step of a build that changes resources. */
export interface Transformer {
  /** Changes resources in place, and notes which ({@link ResourceMap.noteChange}). @throws KustomizeError */
  transform(resources: ResourceMap): void;
}
