import { askJson, malformed } from '../ask.ts';
import { misconfigured } from '../errors.ts';
import type { RegistryCredentials } from '../registry-credentials.ts';
import { type AwsOptions, awsCredentials } from './aws-credentials.ts';
import { awsDomain, checkRegion } from './endpoints.ts';
import { signedHeaders } from './signature.ts';

const PUBLIC_HOST = 'public.ecr.aws';
/** The public registry answers in one region only. */
const PUBLIC_REGION = 'us-east-1';
const PRIVATE_HOST =
  /^\d+\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|sc2s\.sgov\.gov|c2s\.ic\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov|on\.aws)$/;

/** Whether a registry is one of Amazon's. */
export function isEcr(host: string): boolean {
  return host === PUBLIC_HOST || PRIVATE_HOST.test(host);
}

/** The user name and password of an Elastic Container Registry: `GetAuthorizationToken`. */
export async function ecrCredentials(
  host: string,
  options: AwsOptions & { /** For servers that stand in for AWS. */ readonly ecrEndpoint?: string },
): Promise<RegistryCredentials> {
  const isPublic = host === PUBLIC_HOST;
  const region = isPublic ? PUBLIC_REGION : PRIVATE_HOST.exec(host)?.[1];
  if (region === undefined) throw misconfigured(`not a registry of AWS: ${host}`);
  const keys = await awsCredentials({ ...options, region });
  const service = isPublic ? 'ecr-public' : 'ecr';
  const url = new URL(
    options.ecrEndpoint ?? `https://api.${service}.${checkRegion(region)}.${awsDomain(region)}/`,
  );
  const target = isPublic ? 'SpencerFrontendService' : 'AmazonEC2ContainerRegistry_V20150921';
  const body = '{}';
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `${target}.GetAuthorizationToken`,
  };
  const now = options.clock?.now() ?? Date.now();
  const {
    authorization,
    'x-amz-security-token': session,
    ...open
  } = signedHeaders({ method: 'POST', url, headers, body }, keys, { service, region, now });
  const answer = await askJson(options, {
    url: url.href,
    body,
    headers: open,
    secretHeaders: {
      authorization: authorization ?? '',
      ...(session !== undefined && { 'x-amz-security-token': session }),
    },
  });
  return credentialsIn(answer, url.href);
}

function credentialsIn(answer: Record<string, unknown>, url: string): RegistryCredentials {
  const data: unknown = answer['authorizationData'];
  const first: unknown = Array.isArray(data) ? data[0] : data;
  const { authorizationToken, expiresAt } = (first ?? {}) as {
    authorizationToken?: unknown;
    expiresAt?: unknown;
  };
  if (typeof authorizationToken !== 'string') throw malformed(url, 'no authorization token');
  const [username = '', password = '', more] = Buffer.from(authorizationToken, 'base64')
    .toString()
    .split(':');
  if (password === '' || more !== undefined)
    throw malformed(url, 'an authorization token of an unknown form');
  const expiresAtMs = typeof expiresAt === 'number' ? expiresAt * 1000 : Date.parse(String(expiresAt));
  if (Number.isNaN(expiresAtMs)) throw malformed(url, 'a time that cannot be read');
  return { username, password, expiresAtMs };
}
