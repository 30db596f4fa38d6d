import { EMPTY_CONFIG, mergeConfigs, type TransformerConfig } from '../load/transformer-config.ts';
import { mergeVars, type Var } from './var-set.ts';
import { ResourceMap } from './resource-map.ts';

/** What a kustomization gathers, from its bases up: resources, and what they say about fields and vars. */
export class Accumulator {
  readonly resources: ResourceMap = new ResourceMap();
  config: TransformerConfig = EMPTY_CONFIG;
  vars: ReadonlyMap<string, Var> = new Map();

  /** Takes in what a base has gathered. @throws KustomizeError KUSTOMIZE_DUPLICATE_ID, KUSTOMIZE_VAR */
  merge(other: Accumulator): void {
    this.resources.appendAll(other.resources.nodes);
    this.config = mergeConfigs(this.config, other.config);
    this.vars = mergeVars(this.vars, other.vars.values());
  }
}
