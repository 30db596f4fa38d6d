import type { UserInfo } from './user.ts';

/** What somebody wants to do to a resource. */
export interface AccessAttributes {
  readonly verb: string;
  readonly group: string;
  /** `pods`, or `pods/log` for a part. */
  readonly resource: string;
  /** Empty for all namespaces and for cluster-scoped resources. */
  readonly namespace: string;
  /** Empty for collections. */
  readonly name: string;
}

/** A rule as roles write it. */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** The rules that apply to somebody in a namespace, as SelfSubjectRulesReview shows them. */
export interface UserRules {
  readonly resourceRules: readonly PolicyRule[];
  readonly nonResourceRules: readonly PolicyRule[];
}

/** Decides who may do what. */
export interface Authorizer {
  allows(user: UserInfo, attributes: AccessAttributes): boolean;
  allowsPath(user: UserInfo, verb: string, path: string): boolean;
  rulesFor(user: UserInfo, namespace: string): UserRules;
}

const EVERYTHING: UserRules = {
  resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
  nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
};

const NOTHING: UserRules = { resourceRules: [], nonResourceRules: [] };

/** What anybody may ask, as on a real server: whether it is there, and which version it is. */
const PUBLIC_PATHS = /^\/(healthz|livez|readyz|version)(\/|$)/;

/** Lets everybody do everything who showed who they are. */
export const allowKnown: Authorizer = {
  allows: isKnown,
  allowsPath: (user, _verb, path) => isKnown(user) || PUBLIC_PATHS.test(path),
  rulesFor: (user) => (isKnown(user) ? EVERYTHING : NOTHING),
};

function isKnown(user: UserInfo): boolean {
  return !user.groups.includes('system:unauthenticated');
}
