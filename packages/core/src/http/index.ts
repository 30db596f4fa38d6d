/**
 * The HTTP client of everything that is fetched: sources, registries, buckets, tokens.
 *
 * @module
 */
export {
  type AddressClass,
  type AddressPolicy,
  denyAddresses,
  type DenyAddressesOptions,
} from './address-policy.ts';
export type { BodyStream, RequestBody } from './body.ts';
export { type TlsIdentity } from './tls-identity.ts';
export { HttpError, type HttpErrorCode } from './errors.ts';
export { checkAddress, guardedLookup } from './guarded-lookup.ts';
export { type HttpMethod } from './exchange.ts';
export {
  HttpClient,
  type HttpClientOptions,
  type HttpRequest,
  type HttpResponse,
  withBody,
} from './http-client.ts';
export { nodeHttp } from './node-http.ts';
export { connectThrough } from './proxy/connect-through.ts';
export { proxyFromEnvironment } from './proxy/from-environment.ts';
export type { Proxy } from './proxy/proxy.ts';
export { isPassingStatus, retryAfterMs, retrying, type RetryOptions } from './retry.ts';
export { DEFAULT_TIMEOUTS, type Timeouts } from './timeouts.ts';
