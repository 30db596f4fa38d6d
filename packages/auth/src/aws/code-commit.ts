import { misconfigured } from '../errors.ts';
import type { GitCredentials } from '../git-credentials.ts';
import { type AwsOptions, awsCredentials } from './aws-credentials.ts';
import { awsTimestamp, signature } from './signature.ts';

/** CodeCommit takes a signed password for so long. */
const SIGNATURE_LIFE_MS = 15 * 60_000;
const HOST = /^git-codecommit(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;

/** The user name and password for a repository of CodeCommit over HTTPS: keys, and a signature of its URL. */
export async function codeCommitCredentials(url: string, options: AwsOptions): Promise<GitCredentials> {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const region = HOST.exec(parsed?.hostname ?? '')?.[1];
  if (!parsed || region === undefined || parsed.protocol !== 'https:')
    throw misconfigured(
      'not an https URL of AWS CodeCommit',
      'Its host is git-codecommit.<region>.amazonaws.com.',
    );
  const keys = await awsCredentials({ ...options, region });
  const now = options.clock?.now() ?? Date.now();
  // The service wants the time without its zone where it is signed, and with it in the password.
  const timestamp = awsTimestamp(now).slice(0, -1);
  const request = { method: 'GIT', url: parsed, headers: { host: parsed.host }, bodyHash: '' };
  const signed = signature(request, keys, { service: 'codecommit', region, timestamp });
  const { accessKeyId, sessionToken, expiresAtMs } = keys;
  return {
    username: sessionToken === undefined ? accessKeyId : `${accessKeyId}%${sessionToken}`,
    password: `${timestamp}Z${signed}`,
    expiresAtMs: Math.min(expiresAtMs, now + SIGNATURE_LIFE_MS),
  };
}
