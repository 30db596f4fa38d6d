import type { ResourceMap } from '../accumulate/resource-map.ts';

/** A step of a build that changes resources. */
export interface Transformer {
  /** Changes the resources in place. @throws KustomizeError */
  transform(resources: ResourceMap): void;
}
