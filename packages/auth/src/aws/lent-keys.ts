import { malformed } from '../ask.ts';
import type { AwsCredentials } from './credentials.ts';

/** The keys in an answer of the Security Token Service. */
export function lentKeys(text: string, url: string): AwsCredentials {
  const part = (name: string): string => {
    const value = new RegExp(`<${name}>([^<]{1,8192})</${name}>`).exec(text)?.[1];
    if (value === undefined) throw malformed(url, `no ${name}`);
    return value.trim().replaceAll('&amp;', '&');
  };
  const expiresAtMs = Date.parse(part('Expiration'));
  if (Number.isNaN(expiresAtMs)) throw malformed(url, 'a time that cannot be read');
  return {
    accessKeyId: part('AccessKeyId'),
    secretAccessKey: part('SecretAccessKey'),
    sessionToken: part('SessionToken'),
    expiresAtMs,
  };
}
