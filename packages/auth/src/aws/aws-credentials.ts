import { variable } from '../environment.ts';
import { misconfigured } from '../errors.ts';
import { type IdentityOptions, ownerKey, type ServiceAccountIdentity } from '../identity-options.ts';
import type { AwsCredentials } from './credentials.ts';
import { checkRegion } from './endpoints.ts';
import { environmentCredentials } from './environment-credentials.ts';
import { assumeRoleWithWebIdentity } from './web-identity.ts';

const ROLE_ANNOTATION = 'eks.amazonaws.com/role-arn';
const ROLE_ARN = /^arn:aws[\w-]*:iam::\d{1,30}:role\/[^\s/]{1,200}(\/[^\s/]{1,200})*$/;

/** Where keys are asked for. */
export interface AwsOptions extends IdentityOptions {
  /** @default AWS_REGION, for the program's own identity */
  readonly region?: string;
  readonly stsEndpoint?: string;
}

/**
 * Keys of AWS: those of the role that a service account is annotated with, or the program's own.
 *
 * @throws {@link AuthError}; the reason of the signal
 */
export function awsCredentials(options: AwsOptions): Promise<AwsCredentials> {
  const { cache, serviceAccount, involved, signal, stsEndpoint = '' } = options;
  const region = checkRegion(options.region ?? regionOf(options));
  const identity = serviceAccount ? roleOf(serviceAccount) : '';
  const fetch = (): Promise<AwsCredentials> =>
    serviceAccount
      ? roleCredentials(serviceAccount, identity, { ...options, region })
      : environmentCredentials(options, region);
  if (!cache) return fetch();
  const key = ['aws', ownerKey(options), identity, region, stsEndpoint].join('|');
  return cache.get(key, fetch, { involved, signal });
}

async function roleCredentials(
  account: ServiceAccountIdentity,
  roleArn: string,
  options: AwsOptions & { readonly region: string },
): Promise<AwsCredentials> {
  const { region, stsEndpoint, signal } = options;
  const token = await account.token('sts.amazonaws.com', signal);
  // At most 64 characters of those that AWS takes.
  const sessionName = `${account.namespace}.${account.name}.${region}`
    .replaceAll(/[^\w+=,.@-]/g, '-')
    .slice(0, 64);
  return assumeRoleWithWebIdentity(
    { roleArn, sessionName, token, region, ...(stsEndpoint !== undefined && { stsEndpoint }) },
    options,
  );
}

function roleOf({ namespace, name, annotations }: ServiceAccountIdentity): string {
  const role = annotations[ROLE_ANNOTATION] ?? '';
  if (ROLE_ARN.test(role)) return role;
  throw misconfigured(
    `the service account ${namespace}/${name} names no role in its annotation ${ROLE_ANNOTATION}`,
    'It is of the form arn:aws:iam::123456789012:role/name.',
  );
}

function regionOf(options: AwsOptions): string {
  const region = options.serviceAccount ? undefined : variable(options, 'AWS_REGION');
  if (region !== undefined) return region;
  throw misconfigured(
    'no region of AWS is given',
    options.serviceAccount
      ? 'Set the region of the object.'
      : 'Set AWS_REGION; EKS does so for pods with an identity.',
  );
}
