import { askJson, ask, malformed, textIn } from '../ask.ts';
import { readTokenFile, variable } from '../environment.ts';
import { misconfigured } from '../errors.ts';
import type { IdentityOptions } from '../identity-options.ts';
import type { AwsCredentials } from './credentials.ts';
import { assumeRoleWithWebIdentity } from './web-identity.ts';

/** Keys that are written in the environment do not end; they are looked at again after an hour. */
const STATIC_LIFE_MS = 3_600_000;
const METADATA_HOST = 'http://169.254.169.254';
/** Where ECS and the Pod Identity agent of EKS answer. */
const CONTAINER_HOSTS = [
  '169.254.170.2',
  '169.254.170.23',
  '[fd00:ec2::23]',
  'localhost',
  '127.0.0.1',
  '[::1]',
];

/**
 * The keys that the platform gives this process, looked for in the order of AWS's SDKs: the variables, IAM Roles for
 * Service Accounts, the Pod Identity of EKS or the container of ECS, the instance.
 */
export async function environmentCredentials(
  options: IdentityOptions,
  region: string,
): Promise<AwsCredentials> {
  const written = writtenKeys(options);
  if (written) return written;
  const [roleArn, tokenFile] = [
    variable(options, 'AWS_ROLE_ARN'),
    variable(options, 'AWS_WEB_IDENTITY_TOKEN_FILE'),
  ];
  if (roleArn !== undefined && tokenFile !== undefined) {
    const token = await readTokenFile(options, tokenFile);
    const sessionName = variable(options, 'AWS_ROLE_SESSION_NAME') ?? 'gitops-toolkit';
    const stsEndpoint = variable(options, 'AWS_ENDPOINT_URL_STS');
    return assumeRoleWithWebIdentity(
      { roleArn, sessionName, token, region, ...(stsEndpoint !== undefined && { stsEndpoint }) },
      options,
    );
  }
  const container = containerUrl(options);
  return container === undefined ? instanceCredentials(options) : containerCredentials(options, container);
}

function writtenKeys(options: IdentityOptions): AwsCredentials | undefined {
  const accessKeyId = variable(options, 'AWS_ACCESS_KEY_ID');
  const secretAccessKey = variable(options, 'AWS_SECRET_ACCESS_KEY');
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  const sessionToken = variable(options, 'AWS_SESSION_TOKEN');
  const expiresAtMs = (options.clock?.now() ?? Date.now()) + STATIC_LIFE_MS;
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }), expiresAtMs };
}

/** The token of the pod goes there: to the agent of the node, or over TLS. */
function containerUrl(options: IdentityOptions): string | undefined {
  const relative = variable(options, 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI');
  if (relative !== undefined) return new URL(relative, 'http://169.254.170.2').href;
  const full = variable(options, 'AWS_CONTAINER_CREDENTIALS_FULL_URI');
  if (full === undefined) return undefined;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url?.protocol === 'https:' || CONTAINER_HOSTS.includes(url?.hostname ?? '')) return full;
  throw misconfigured('AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https nor an address of the node');
}

async function containerCredentials(options: IdentityOptions, url: string): Promise<AwsCredentials> {
  const file = variable(options, 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE');
  const authorization =
    file === undefined
      ? variable(options, 'AWS_CONTAINER_AUTHORIZATION_TOKEN')
      : await readTokenFile(options, file);
  const answer = await askJson(options, {
    url,
    ...(authorization !== undefined && { secretHeaders: { authorization } }),
  });
  return keysIn(answer, url);
}

/** The instance's role, by version 2 of its metadata service: a session first. */
async function instanceCredentials(options: IdentityOptions): Promise<AwsCredentials> {
  const base = variable(options, 'AWS_EC2_METADATA_SERVICE_ENDPOINT') ?? METADATA_HOST;
  if (variable(options, 'AWS_EC2_METADATA_DISABLED') === 'true') throw nothingFound();
  const at = (path: string): string => new URL(path, base).href;
  const session = await ask(options, {
    url: at('/latest/api/token'),
    method: 'PUT',
    headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '300' },
  });
  const secretHeaders = { 'x-aws-ec2-metadata-token': session };
  const roles = at('/latest/meta-data/iam/security-credentials/');
  const role = (await ask(options, { url: roles, secretHeaders })).trim().split('\n')[0] ?? '';
  if (!/^[\w+=,.@-]+$/.test(role)) throw nothingFound();
  const url = at(`/latest/meta-data/iam/security-credentials/${role}`);
  return keysIn(await askJson(options, { url, secretHeaders }), url);
}

function keysIn(answer: Record<string, unknown>, url: string): AwsCredentials {
  const expiresAtMs = Date.parse(textIn(answer, 'Expiration', url));
  if (Number.isNaN(expiresAtMs)) throw malformed(url, 'a time that cannot be read');
  return {
    accessKeyId: textIn(answer, 'AccessKeyId', url),
    secretAccessKey: textIn(answer, 'SecretAccessKey', url),
    sessionToken: textIn(answer, 'Token', url),
    expiresAtMs,
  };
}

function nothingFound(): Error {
  return misconfigured(
    'this process has no identity of AWS',
    'Give its service account a role (IRSA or Pod Identity), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
  );
}
