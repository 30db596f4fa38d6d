import { AuthError, misconfigured } from '../errors.ts';

/** The domain of a region's services: China has its own. */
export function awsDomain(region: string): string {
  return region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
}

/**
 * Checks a region before it becomes part of a host's name.
 *
 * @throws AUTH_CONFIGURATION_INVALID
 */
export function checkRegion(region: string): string {
  if (!/^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/.test(region))
    throw misconfigured(`not a region of AWS: ${JSON.stringify(region.slice(0, 60))}`);
  return region;
}

/** An endpoint that somebody gives for the Security Token Service. */
export function checkStsEndpoint(endpoint: string): string {
  if (URL.canParse(endpoint) && /^https?:$/.test(new URL(endpoint).protocol)) return endpoint;
  throw new AuthError(
    'AUTH_CONFIGURATION_INVALID',
    `not the URL of an STS endpoint: ${JSON.stringify(endpoint)}`,
  );
}
