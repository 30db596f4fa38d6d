import { type Constraint, CoreError, parseConstraint } from '@gitops-toolkit/core';
import type { Dialect } from '../dialect.ts';
import { HelmError } from '../errors.ts';

/**
 * The constraint that a dependency has on its version; none is no constraint.
 *
 * @param named How Helm calls the dependency: in one place in quotes, in another without.
 * @throws HelmError `HELM_CHART_INVALID`
 */
export function versionConstraint(text: string, named: string, dialect: Dialect): Constraint {
  try {
    return parseConstraint(text);
  } catch (cause) {
    if (!(cause instanceof CoreError)) throw cause;
    const words = `dependency ${named} has an invalid version/constraint format: ${wordsOf(cause, dialect)}`;
    throw new HelmError('HELM_CHART_INVALID', words, {
      cause,
      source: { file: 'Chart.yaml' },
      ...(cause.hint !== undefined && { hint: cause.hint }),
    });
  }
}

/** Helm 3 has a version of the library that does not quote. */
function wordsOf({ message }: CoreError, dialect: Dialect): string {
  if (dialect === 'v4') return message;
  return message.replace(/^improper constraint: (".*")$/s, (_, quoted: string) => {
    return `improper constraint: ${JSON.parse(quoted) as string}`;
  });
}
