import { quoteString } from '@gitops-toolkit/go-template';
import type { Dialect } from '../dialect.ts';
import { HelmError } from '../errors.ts';

/** A version of Kubernetes, in its parts. */
export interface KubeVersion {
  /** What templates see as `.Capabilities.KubeVersion.Version`. */
  readonly version: string;
  /** What a chart's `kubeVersion` is held against: without what a distribution adds. */
  readonly plain: string;
  readonly major: string;
  readonly minor: string;
}

/**
 * Reads a version of Kubernetes such as `1.31.0` or `v1.31.2-gke.5`. Helm 3 drops what follows the numbers, Helm 4 keeps
 * it for templates.
 *
 * @throws HelmError `HELM_RELEASE_INVALID`
 */
export function parseKubeVersion(text: string, dialect: Dialect): KubeVersion {
  const numbers = /^\s*v?([0-9]+(?:\.[0-9]+)*)/.exec(text)?.[1];
  const fault = faultOf(numbers, text);
  if (numbers === undefined || fault !== undefined) {
    throw new HelmError('HELM_RELEASE_INVALID', `invalid kube version '${text}': ${fault}`, {
      hint: 'Give a version of Kubernetes such as v1.31.0.',
    });
  }
  const parts = numbers.split('.').map((part) => String(BigInt(part)));
  const plain = `v${parts.join('.')}`;
  const given = text.startsWith('v') ? text : `v${text}`;
  return { version: dialect === 'v4' ? given : plain, plain, major: parts[0] ?? '', minor: parts[1] ?? '' };
}

function faultOf(numbers: string | undefined, text: string): string | undefined {
  if (numbers === undefined) return `could not parse ${quoteString(text)} as version`;
  const [first = '', second] = numbers.split('.');
  if (second === undefined) return `illegal version string ${quoteString(text)}`;
  if (!/^0./.test(first)) return undefined;
  return `illegal zero-prefixed version component ${quoteString(first)} in ${quoteString(text)}`;
}
