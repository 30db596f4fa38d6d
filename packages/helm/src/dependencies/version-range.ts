import { type Constraint, CoreError, parseConstraint } from '@gitops-toolkit/core';

/** Whether a version is in a range; none is in a range that cannot be read. */
export function isInRange(range: string, version: string): boolean {
  let constraint: Constraint;
  try {
    constraint = parseConstraint(range);
  } catch (error) {
    if (error instanceof CoreError) return false;
    throw error;
  }
  return constraint.matches(version);
}
