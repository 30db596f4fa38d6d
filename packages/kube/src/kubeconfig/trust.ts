import { KubeError } from '../errors.ts';
import type { Entry } from './model.ts';

/** Whose hand a kubeconfig is from. */
export interface Trust {
  /**
   * `operator`: the person who runs this process. `untrusted`: a tenant's Secret, where commands,
   * files, proxies, impersonation and unchecked TLS are refused, since they would act with the
   * rights of this process.
   */
  readonly allow: 'operator' | 'untrusted';
  /** Commands and auth providers even of an `untrusted` one: it can then run anything here. @default false */
  readonly allowExec?: boolean;
  /** `insecure-skip-tls-verify` even of an `untrusted` one. @default false */
  readonly allowInsecureTls?: boolean;
}

const CLUSTER_FIELDS = ['certificate-authority', 'proxy-url'];
const USER_FIELDS = [
  'tokenFile',
  'client-certificate',
  'client-key',
  'as',
  'as-uid',
  'as-groups',
  'as-user-extra',
];

/** Refuses what an untrusted kubeconfig must not do; `KUBE_CONFIG_REFUSED` names every field. */
export function checkTrust(cluster: Entry, user: Entry, trust: Trust): void {
  if (trust.allow === 'operator') return;
  const clusterFields = trust.allowInsecureTls
    ? CLUSTER_FIELDS
    : [...CLUSTER_FIELDS, 'insecure-skip-tls-verify'];
  const userFields = trust.allowExec ? USER_FIELDS : [...USER_FIELDS, 'exec', 'auth-provider'];
  const refused = [
    ...clusterFields.filter((field) => isSet(cluster.value[field])).map((field) => `cluster.${field}`),
    ...userFields.filter((field) => isSet(user.value[field])).map((field) => `user.${field}`),
  ];
  if (refused.length === 0) return;
  throw new KubeError(
    'KUBE_CONFIG_REFUSED',
    `the kubeconfig sets fields that are not allowed here: ${refused.join(', ')}`,
    {
      hint: 'Give certificates, keys and tokens inline (the …-data fields, token).',
    },
  );
}

function isSet(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null && value !== '' && value !== false;
}
