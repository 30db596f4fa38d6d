import type { Scenario } from './scenario.ts';
import { access } from './scenarios/access.ts';
import { apply } from './scenarios/apply.ts';
import { config } from './scenarios/config.ts';
import { customResources } from './scenarios/custom-resources.ts';
import { deployments } from './scenarios/deployments.ts';
import { discovery } from './scenarios/discovery.ts';
import { errors } from './scenarios/errors.ts';
import { namespaces } from './scenarios/namespaces.ts';
import { network } from './scenarios/network.ts';
import { pods } from './scenarios/pods.ts';
import { storage } from './scenarios/storage.ts';
import { workloads } from './scenarios/workloads.ts';

/** All that is compared. */
export const scenarios: readonly Scenario[] = [
  access,
  apply,
  config,
  customResources,
  deployments,
  discovery,
  errors,
  namespaces,
  network,
  pods,
  storage,
  workloads,
];
