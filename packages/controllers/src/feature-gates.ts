import type { Logger } from '@gitops-toolkit/core';
import { commonFlags, type FeatureGateDefaults, type Flag } from '@gitops-toolkit/runtime';

/** The features of the source controller that can be switched. `ConsumerPaths`, which Flux has not, heeds the annotation `source.gitops-toolkit.dev/consumer-paths`. */
export const sourceControllerGates = {
  CacheSecretsAndConfigMaps: false,
  ConsumerPaths: false,
  ObjectLevelWorkloadIdentity: false,
} as const;

/** The features of source-watcher that can be switched. */
export const sourceWatcherGates = { CacheSecretsAndConfigMaps: false, DirectSourceFetch: false } as const;

/** The features of the kustomize controller that can be switched. */
export const kustomizeControllerGates = {
  AdditiveCELDependencyCheck: false,
  CacheSecretsAndConfigMaps: false,
  CancelHealthCheckOnNewRevision: false,
  DirectSourceFetch: false,
  DisableConfigWatchers: false,
  DisableFailFastBehavior: false,
  DisableStatusPollerCache: true,
  ExternalArtifact: false,
  GroupChangeLog: false,
  MigrateAPIVersion: false,
  ObjectLevelWorkloadIdentity: false,
  StrictPostBuildSubstitutions: true,
} as const;

/** A gate that is known because deployments of Flux set it. */
interface FixedGate {
  /** Which of its values says what the program does. */
  readonly value: boolean;
  /** What it does, whatever the gate is set to. */
  readonly fact: string;
  /** Controllers that heed the gate. */
  readonly heededBy?: FeatureGateDefaults;
}

const FIXED_GATES: Readonly<Record<string, FixedGate>> = {
  AdditiveCELDependencyCheck: {
    value: false,
    fact: 'spec.dependsOn[].readyExpr is not supported, and such an object is stalled',
  },
  CacheSecretsAndConfigMaps: {
    value: false,
    fact: 'Secrets and ConfigMaps are always read from the API server: the same answers, with more requests',
  },
  DisableStatusPollerCache: {
    value: true,
    fact: 'the health of objects is always read from the API server',
  },
  GroupChangeLog: { value: false, fact: 'changes are logged object by object' },
  MigrateAPIVersion: {
    value: false,
    fact: 'the versions in managedFields are left as they are before an apply',
  },
  ObjectLevelWorkloadIdentity: {
    value: false,
    fact: 'a Kustomization has no identity of its own at a cloud; its fields for that are not supported, and such an object is stalled',
    heededBy: sourceControllerGates,
  },
};

/** The flag `--feature-gates` of a program: its description names the gates, and those that change nothing. */
export function featureGatesFlag(gates: FeatureGateDefaults): Flag<'list'> {
  const defaults = Object.entries(gates).map(([name, value]) => `${name}=${value}`);
  const fixed = fixedGates(gates).map(([name, { fact }]) => `${name} changes nothing (${fact})`);
  const description = [
    `Features to switch: Name=true,Other=false. There are ${defaults.join(', ')}.`,
    ...fixed.map((text) => `${text}.`),
  ].join(' ');
  return { ...commonFlags['feature-gates'], description };
}

/**
 * Logs a line for each gate that is set to what it does not change here, so that nobody counts on it.
 *
 * @param defaults such as {@link sourceControllerGates}
 * @param gates what `parseFeatureGates` has made of them
 */
export function warnOfFixedGates<D extends FeatureGateDefaults>(
  defaults: D,
  gates: Readonly<Record<keyof D, boolean>>,
  logger: Logger | undefined,
): void {
  for (const [gate, { value, fact }] of fixedGates(defaults)) {
    if (gates[gate] === value) continue;
    logger?.info(`the feature gate changes nothing: ${fact}`, { gate, value: gates[gate] });
  }
}

function fixedGates(gates: FeatureGateDefaults): [string, FixedGate][] {
  return Object.entries(FIXED_GATES).filter(
    ([name, { heededBy }]) => Object.hasOwn(gates, name) && heededBy !== gates,
  );
}
