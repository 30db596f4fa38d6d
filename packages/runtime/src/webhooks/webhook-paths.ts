import type { ResourceKind } from '../resource-kind.ts';

/** The path of conversions, of all kinds. */
export const CONVERT_PATH = '/convert';

/**
 * Where the webhook of a kind is served, by the rule of controller-runtime: `/validate-web-example-com-v1-site`, or
 * `/mutate--v1-pod` for the core group.
 */
export function webhookPath(type: 'mutate' | 'validate', { group, version, kind }: ResourceKind): string {
  return `/${type}-${group.replaceAll('.', '-')}-${version}-${kind.toLowerCase()}`;
}
