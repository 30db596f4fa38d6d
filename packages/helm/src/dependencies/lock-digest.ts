import { digestOf, type Digest } from '@gitops-toolkit/core';
import { encodeJson } from '@gitops-toolkit/go-template';
import type { ChartDependency } from '../chart/metadata.ts';
import { dependencyFields } from '../package/chart-yaml.ts';

/** The digest that `Chart.lock` has: of what was asked for and what it was resolved to, as Go writes both in JSON. */
export function lockDigest(asked: readonly ChartDependency[], locked: readonly ChartDependency[]): Digest {
  return digestOf(`[${listJson(asked)},${listJson(locked)}]`);
}

/** The digest that Helm 2 wrote into `requirements.lock`: of what was asked for alone. */
export function helm2LockDigest(asked: readonly ChartDependency[]): Digest {
  return digestOf(`{"dependencies":${listJson(asked)}}`);
}

function listJson(dependencies: readonly ChartDependency[]): string {
  return `[${dependencies.map(dependencyJson).join(',')}]`;
}

/** Fields in the order of Go's struct. */
function dependencyJson(dependency: ChartDependency): string {
  const fields = Object.entries(dependencyFields(dependency));
  return `{${fields.map(([key, value]) => `"${key}":${encodeJson(value)}`).join(',')}}`;
}
